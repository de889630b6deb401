import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What tells one process from a later one with the same number. */
export interface ProcessFacts {
  /** Opaque: equal only for the same process of the same boot. */
  readonly startedAt: string
  /** The command line, arguments separated by spaces. */
  readonly command: string
}

/**
 * Looks at a process by its number; undefined if there is none. A zombie counts as none: it holds no file and no port,
 * and after a crash it can stay in the table for seconds.
 */
export function lookAtProcess(pid: number): ProcessFacts | undefined {
  return process.platform === 'linux' ? lookInProc(pid) : lookWithPs(pid)
}

/** True while the process runs (zombies do not). */
export function isRunning(pid: number): boolean {
  return lookAtProcess(pid) !== undefined
}

function lookInProc(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name in brackets and may hold anything, so we count from the last bracket:
    // state is then field 0 and the start time in ticks since boot field 19 (proc(5), fields 3 and 22).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, ticks] = [fields[0], fields[19]]
    if (state === undefined || ticks === undefined || state === 'Z' || state === 'X') return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { startedAt: `${boot}:${ticks}`, command }
  } catch {
    return undefined
  }
}

function lookWithPs(pid: number): ProcessFacts | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=,command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    // `stat` is one word, `lstart` is five ("Sat Nov 21 10:00:00 2026"), and the rest is the command line.
    const [state, ...words] = line.split(/\s+/)
    if (state === undefined || state.startsWith('Z') || words.length < 6) return undefined
    return { startedAt: words.slice(0, 5).join(' '), command: words.slice(5).join(' ') }
  } catch {
    return undefined
  }
}
