import pino from 'pino'
import type { Log } from '#observe/log.ts'
import type { Violation } from '../../contract.ts'
import type { Scheduler } from '../scheduler.ts'

/** What is told of a run: its trace, its broken promises, its counts. */
export interface Story {
  readonly trace: string[]
  readonly violations: Violation[]
  readonly counts: Record<string, number>
  tell(line: string): void
  broken(invariant: number, message: string): void
  count(what: string): void
}

export function createStory(scheduler: Scheduler): Story {
  const story: Story = {
    trace: [],
    violations: [],
    counts: {},
    tell: line => void story.trace.push(`${stamp(scheduler.nowMs())} ${line}`),
    broken(invariant, message) {
      if (story.violations.some(known => known.message === message)) return
      story.violations.push({ invariant, message })
      story.tell(`violation of invariant ${invariant}: ${message}`)
    },
    count: what => void (story.counts[what] = (story.counts[what] ?? 0) + 1),
  }
  return story
}

function stamp(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(5, 23).replace('T', ' ')
}

const ERROR = 50

/** The log of a process: its errors are counted, and all of it is told when a level is named. */
export function storyLog(story: Story, process: string, level: string | undefined): Log {
  return pino(
    { level: level ?? 'error', base: null, timestamp: false },
    {
      write(text: string) {
        const line = JSON.parse(text) as { level: number; msg?: string }
        if (line.level >= ERROR) story.count(`logged: ${line.msg ?? ''}`)
        if (level !== undefined) story.tell(`${process}: ${text.trim()}`)
      },
    },
  )
}
