import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const STOP_MS_MAX = 20_000

/** A process that this benchmark started, asked by messages. */
export interface Child {
  pid: number
  /** Sends a question and waits for its answer; rejects with the child's own words when it could not, or when it ended. */
  ask<Reply>(question: object): Promise<Reply>
  /** Sends word of something; no answer comes. */
  tell(word: object): void
  /** Asks it to end, then ends it; resolves when it is gone. */
  stop(): Promise<void>
}

interface Answer {
  number: number
  value?: unknown
  error?: string
}

const children = new Set<Child>()

/** Ends every process that is still running, newest first. */
export async function stopChildren(): Promise<void> {
  for (const child of [...children].reverse()) await child.stop()
}

/** Starts a file of this folder as a process, after another one where given; its first answer to `ready` comes when it is. */
export function startChild(file: string, options: object, env: Record<string, string> = {}, before?: string): Child {
  // Detached: Ctrl-C reaches the benchmark alone, which then ends its processes in order.
  const started = fork(join(import.meta.dirname, file), [JSON.stringify(options)], {
    // As `npm start` runs the hub.
    execArgv: [
      '--max-semi-space-size=64',
      ...(before === undefined ? [] : ['--import', join(import.meta.dirname, before)]),
    ],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  const child = childOf(file, started)
  children.add(child)
  void once(started, 'exit').finally(() => children.delete(child))
  return child
}

function childOf(file: string, started: ChildProcess): Child {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let number = 0
  let ended = false
  started.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.number)
    waiting.delete(answer.number)
    if (answer.error === undefined) asked?.resolve(answer.value)
    else asked?.reject(new Error(`${file}: ${answer.error}`))
  })
  started.on('error', () => {})
  started.once('exit', (code, signal) => {
    ended = true
    for (const asked of waiting.values()) asked.reject(new Error(`${file} ended (${signal ?? code})`))
    waiting.clear()
  })
  const child: Child = {
    pid: started.pid ?? 0,
    ask: <Reply>(question: object) =>
      new Promise<Reply>((resolve, reject) => {
        if (ended) return reject(new Error(`${file} has ended`))
        // What a child answers is fixed by the question; both stand side by side in this folder.
        waiting.set(++number, { resolve: value => resolve(value as Reply), reject })
        started.send({ ...question, number })
      }),
    tell: word => void (ended || started.send(word)),
    async stop() {
      if (ended) return
      const gone = once(started, 'exit')
      const tooLong = setTimeout(() => started.kill('SIGKILL'), STOP_MS_MAX)
      started.send({ do: 'stop' })
      await gone
      clearTimeout(tooLong)
    },
  }
  return child
}

/** What a child was given to know of its task; its shape is fixed by who started it, in this folder. */
export function childOptions(): unknown {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** Answers the parent's questions by name until it asks to stop or is gone; then runs `close` and ends. */
export function serveParent(
  answers: Readonly<Record<string, (question: never) => unknown>>,
  close: () => Promise<void> | void,
): void {
  let closing = false
  const end = async (): Promise<void> => {
    if (closing) return
    closing = true
    await close()
    process.exit(0)
  }
  process.on('disconnect', () => void end())
  process.on('message', (question: { do: string; number?: number }) => {
    if (question.do === 'stop') {
      void end()
      return
    }
    const answer = answers[question.do]
    const reply = (rest: Omit<Answer, 'number'>): void => {
      if (question.number !== undefined && process.connected) process.send?.({ number: question.number, ...rest })
    }
    Promise.resolve()
      .then(() => answer?.(question as never))
      .then(value => reply({ value }))
      .catch((error: unknown) =>
        reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
  })
}
