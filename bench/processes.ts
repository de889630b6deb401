import { readdirSync, readFileSync } from 'node:fs'

/** CPU seconds a process used so far, with those of its ended children; from /proc, so 0 where there is none. */
export function cpuSeconds(pid: number): number {
  const stat = statOf(pid)
  return stat === undefined ? 0 : stat.seconds
}

/** The same for a process and everything below it that still runs. */
export function treeCpuSeconds(pid: number): number {
  return cpuSeconds(pid) + childrenOf(pid).reduce((sum, child) => sum + treeCpuSeconds(child), 0)
}

export function childrenOf(pid: number): number[] {
  return processIds().filter(id => statOf(id)?.parent === pid)
}

/** Memory now and at its highest, in MiB. */
export function memoryMiB(pid: number): { now: number; peak: number } {
  const status = read(`/proc/${pid}/status`)
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024
  return { now: of('VmRSS'), peak: of('VmHWM') }
}

/** Clock ticks per second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

function statOf(pid: number): { parent: number; seconds: number } | undefined {
  const text = read(`/proc/${pid}/stat`)
  if (text === '') return undefined
  // The second field is the command in brackets and may hold anything; proc(5) numbers the fields from 1.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0)
  return { parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
