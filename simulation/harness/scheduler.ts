import { AsyncLocalStorage } from 'node:async_hooks'
import type { SimRandom } from '../contract.ts'

/** A simulated process; what belongs to a dead one never runs again. */
export interface Owner {
  readonly name: string
  readonly dead: boolean
}

/** Whose code runs now; undefined for the world outside the hub. */
export const owners = new AsyncLocalStorage<Owner | undefined>()

interface Task {
  run: () => void
  owner: Owner | undefined
}

interface Timer extends Task {
  dueMs: number
  cancelled: boolean
}

/** Names what comes again and again: a stage whose due rows are looked for, a recurring job; anything else is `other`. */
export type PeriodicKind = string

interface Periodic extends Task {
  kind: PeriodicKind
  everyMs: number
  nextMs: number
  cancelled: boolean
}

/** A source of tasks of its own, such as the database's waiting connections. */
export interface TaskSource {
  /** How many of its tasks could run now. */
  ready(): number
  run(index: number): void
  /** How many of them run elsewhere, and are not done. */
  underway?(): number
  /** Resolves when one of those is done. */
  arrival?(): Promise<void>
}

export interface Handle {
  cancel(): void
}

export interface Scheduler {
  nowMs(): number
  /** As a database's clock has it: in parts of a millisecond. */
  exactMs(): number
  soon(run: () => void, owner?: Owner): Handle
  after(delayMs: number, run: () => void, owner?: Owner): Handle
  /**
   * Something that comes again and again whatever happens. It does not keep time from jumping over a quiet hour: it runs
   * once at the end of a jump.
   */
  every(everyMs: number, run: () => void, owner?: Owner, kind?: PeriodicKind): Handle
  addSource(source: TaskSource): void
  /** Told when nothing is left to do at this moment: when the database has due work next, so that no jump passes it. */
  onIdle(nextDueMs: () => Promise<Due | undefined>): void
  /** Runs until `done` or the time is `untilMs`. */
  run(untilMs: number, done?: () => boolean): Promise<void>
  /** Tasks run so far. */
  steps(): number
  /** Forgets everything and begins at this time. */
  restart(atMs: number): void
}

/** Due work in the database: its earliest time, and something that changes when any of it was worked on. */
export interface Due {
  atMs: number
  state: string
  /** What would find it, as far as it is due by now. */
  kinds: ReadonlySet<PeriodicKind>
}

const settleMicrotasks = promisedImmediate()
// The real ones: taken before they are replaced.
const [realTimeout, realClear] = [setTimeout, clearTimeout]
/** Real time that a statement elsewhere may take before simulated time moves on without it. */
const PATIENCE_MS = 300
/** A quiet round of periodic work makes the next one come later, up to this. */
const QUIET_MS_MAX = 60_000
/** Where nothing is overdue for it, periodic work comes no more often than this: it would find nothing. */
const RARELY_MS = 300_000
/** The database is not asked more often than this what is due: as often as a stage looks by itself. */
const ASK_EVERY_MS = 1_000

/** Runs everything of a run, one task at a time, in an order that the seed chooses; time stands still while anything can run. */
export function createScheduler(random: SimRandom): Scheduler {
  let nowUs = 0
  let steps = 0
  let ready: Task[] = []
  let timers: Timer[] = []
  let periodic: Periodic[] = []
  let sources: TaskSource[] = []
  let nextDue: () => Promise<Due | undefined> = async () => undefined
  let lastDue = ''
  let quietMs = 0
  let askedAtMs = 0

  const nowMs = (): number => Math.floor(nowUs / 1000)

  function advance(toMs: number, overdue?: ReadonlySet<PeriodicKind>): void {
    if (toMs * 1000 > nowUs) nowUs = toMs * 1000
    const now = nowMs()
    while (timers[0] !== undefined && timers[0].dueMs <= now) {
      const timer = popTimer(timers)
      if (timer !== undefined && !timer.cancelled) ready.push(timer)
    }
    for (const entry of periodic) {
      if (
        entry.cancelled ||
        entry.nextMs + (overdue?.has(entry.kind) === true ? 0 : Math.max(0, RARELY_MS - entry.everyMs)) > now
      )
        continue
      entry.nextMs = now + entry.everyMs
      ready.push({ run: () => entry.cancelled || entry.run(), owner: entry.owner })
    }
    if (periodic.some(gone)) periodic = periodic.filter(entry => !gone(entry))
  }

  function step(): boolean {
    const waiting = sources.reduce((sum, source) => sum + source.ready(), 0)
    const total = ready.length + waiting
    if (total === 0) return false
    let index = random.integer(total)
    steps += 1
    if (index < ready.length) {
      const task = ready[index]
      const last = ready.pop()
      if (last !== undefined && index < ready.length) ready[index] = last
      if (task !== undefined && task.owner?.dead !== true) owners.run(task.owner, task.run)
      return true
    }
    index -= ready.length
    for (const source of sources) {
      const count = source.ready()
      if (index < count) {
        source.run(index)
        break
      }
      index -= count
    }
    // What the database does takes time, so that timers and statements interleave, and no two transactions begin at once.
    nowUs += 1 + random.integer(400)
    advance(nowMs())
    return true
  }

  /** The next moment at which anything happens, and what overdue work waits for then. */
  async function nextMoment(untilMs: number): Promise<{ atMs: number; overdue?: ReadonlySet<PeriodicKind> }> {
    while (timers[0] !== undefined && (timers[0].cancelled || timers[0].owner?.dead === true)) popTimer(timers)
    const timerMs = Math.min(untilMs, timers[0]?.dueMs ?? Number.POSITIVE_INFINITY)
    if (timerMs < askedAtMs + ASK_EVERY_MS) return { atMs: timerMs }
    askedAtMs = nowMs()
    const due = await nextDue()
    if (due === undefined || due.atMs >= timerMs) return { atMs: timerMs }
    if (due.atMs > nowMs()) return { atMs: due.atMs }
    // Overdue work is found by what comes again and again; while that changes nothing it is asked less and less often.
    quietMs = due.state === lastDue ? Math.min(QUIET_MS_MAX, Math.max(1, quietMs * 2)) : 0
    lastDue = due.state
    const fitting = periodic.filter(({ kind }) => due.kinds.has(kind))
    const periodicMs = fitting.reduce((least, entry) => Math.min(least, entry.nextMs), Number.POSITIVE_INFINITY)
    const atMs = Math.max(periodicMs, nowMs() + quietMs)
    return atMs < timerMs ? { atMs, overdue: due.kinds } : { atMs: timerMs }
  }

  return {
    nowMs,
    exactMs: () => nowUs / 1000,
    soon(run, owner) {
      const task = { run, owner }
      ready.push(task)
      return { cancel: () => void (ready = ready.filter(other => other !== task)) }
    },
    after(delayMs, run, owner) {
      const timer: Timer = { run, owner, dueMs: nowMs() + Math.max(0, Math.ceil(delayMs)), cancelled: false }
      pushTimer(timers, timer)
      return {
        cancel() {
          timer.cancelled = true
          ready = ready.filter(other => other !== timer)
        },
      }
    },
    every(everyMs, run, owner, kind = 'other') {
      const entry: Periodic = { run, owner, kind, everyMs, nextMs: nowMs() + everyMs, cancelled: false }
      periodic.push(entry)
      return { cancel: () => void (entry.cancelled = true) }
    },
    addSource: source => void sources.push(source),
    onIdle: next => void (nextDue = next),
    async run(untilMs, done = () => false) {
      for (;;) {
        await settleMicrotasks()
        if (done()) return
        if (step()) continue
        if (await hears(sources)) continue
        const next = await nextMoment(untilMs)
        if (next.atMs === Number.POSITIVE_INFINITY)
          throw new Error('nothing will ever happen again, yet something is awaited')
        const arrived = next.atMs >= untilMs
        advance(next.atMs, next.overdue)
        if (arrived && ready.length === 0) return
      }
    },
    steps: () => steps,
    restart(atMs) {
      nowUs = atMs * 1000
      steps = 0
      ready = []
      timers = []
      periodic = []
      sources = []
      nextDue = async () => undefined
      lastDue = ''
      quietMs = 0
      askedAtMs = 0
    },
  }
}

/** Waits for what runs elsewhere: time stands still meanwhile, unless it waits for something that only time brings. */
async function hears(sources: readonly TaskSource[]): Promise<boolean> {
  const arrivals = sources.flatMap(source => ((source.underway?.() ?? 0) > 0 ? (source.arrival?.() ?? []) : []))
  if (arrivals.length === 0) return false
  const patience = Promise.withResolvers<boolean>()
  const timer = realTimeout(() => patience.resolve(false), PATIENCE_MS)
  const heard = await Promise.race([...arrivals.map(arrival => arrival.then(() => true)), patience.promise])
  realClear(timer)
  return heard
}

function gone(entry: Periodic): boolean {
  return entry.cancelled || entry.owner?.dead === true
}

/** Lets everything run that waits for no task: promises, and what Node does between them. The real setImmediate, taken before it is replaced. */
function promisedImmediate(): () => Promise<void> {
  const immediate = setImmediate
  return () => new Promise(resolve => immediate(resolve))
}

/** A binary heap by due time. Timers due at one moment become ready together, and chance orders them then. */
function pushTimer(heap: Timer[], timer: Timer): void {
  let at = heap.push(timer) - 1
  while (at > 0) {
    const up = (at - 1) >> 1
    const parent = heap[up]
    if (parent === undefined || parent.dueMs <= timer.dueMs) break
    heap[at] = parent
    at = up
  }
  heap[at] = timer
}

function popTimer(heap: Timer[]): Timer | undefined {
  const top = heap[0]
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return top
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const right = left + 1
    const leftMs = heap[left]?.dueMs ?? Number.POSITIVE_INFINITY
    const rightMs = heap[right]?.dueMs ?? Number.POSITIVE_INFINITY
    const child = rightMs < leftMs ? right : left
    const below = heap[child]
    if (below === undefined || below.dueMs >= last.dueMs) break
    heap[at] = below
    at = child
  }
  heap[at] = last
  return top
}
