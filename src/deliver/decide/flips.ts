import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '#model/json.ts'
import { jsonEqual, stableStringify } from '#model/stable-json.ts'

/** More than this within the hour is no work of people: two systems, or two hubs, write against one another. */
const FLIPS_MAX = 5
const WINDOW_MS = 60 * 60_000

/** What was written to one member of the document within the hour: the hash of the value and when (ms), oldest first. */
export interface MemberFlips {
  writes: [hash: string, atMs: number][]
  /** It flipped too often: it is left as it is until a person releases it. */
  frozen?: boolean
}

/** Per member of the document, as `delivery.flips` keeps it. */
export type Flips = Readonly<Record<string, MemberFlips>>

export interface FlipVerdict {
  /** The flips with this write noted. */
  flips: Flips
  /** Members of the write that must stay as they are. */
  frozen: readonly string[]
  /** Those of them that were not frozen before. */
  fresh: readonly string[]
}

/**
 * Whether members of a write go back and forth between two values more than five times in an hour. Pure. A write that is
 * made again because the last one was not acknowledged (`isAgain`) is no second one; one that writes over what another wrote there is.
 */
export function judgeFlips(
  known: Flips,
  changed: JsonObject,
  sent: JsonObject | undefined,
  { nowMs, isAgain }: { nowMs: number; isAgain: boolean },
): FlipVerdict {
  const flips: Record<string, MemberFlips> = {}
  const frozen: string[] = []
  const fresh: string[] = []
  for (const [member, entry] of Object.entries(known)) {
    const writes = entry.writes.filter(([, atMs]) => atMs > nowMs - WINDOW_MS)
    if (entry.frozen === true || writes.length > 0) flips[member] = { ...entry, writes }
  }
  for (const [member, value] of Object.entries(changed)) {
    const entry = flips[member]
    if (entry?.frozen === true) {
      frozen.push(member)
      continue
    }
    // Written whole, most of it is as it was sent.
    if (isAgain && jsonEqual(value, sent?.[member])) continue
    const writes = withWrite(entry?.writes ?? [], value, sent?.[member], nowMs)
    const tooMany = alternations(writes) > FLIPS_MAX
    flips[member] = tooMany ? { writes: entry?.writes ?? [], frozen: true } : { writes: writes.slice(-FLIPS_MAX - 2) }
    if (!tooMany) continue
    frozen.push(member)
    fresh.push(member)
  }
  return { flips, frozen, fresh }
}

/** The writes with this one; as they are, when it is the last one again, never acknowledged. What it held before begins the row. */
function withWrite(
  writes: MemberFlips['writes'],
  value: Json,
  sent: Json | undefined,
  nowMs: number,
): MemberFlips['writes'] {
  const hash = hashOf(value)
  const held = hashOf(sent ?? null)
  const last = writes.at(-1)
  if (last === undefined)
    return [
      [held, nowMs],
      [hash, nowMs],
    ]
  return last[0] === hash && held !== hash ? writes : [...writes, [hash, nowMs]]
}

/** How often the newest writes changed from one to the other of at most two values. */
function alternations(writes: MemberFlips['writes']): number {
  const values = new Set<string>()
  let count = 0
  for (const [hash] of writes.toReversed()) {
    values.add(hash)
    if (values.size > 2) break
    count += 1
  }
  return count - 1
}

/** Short, since it only tells a few values of one member apart. */
function hashOf(value: Json): string {
  return createHash('sha256').update(stableStringify(value)).digest('base64url').slice(0, 8)
}
