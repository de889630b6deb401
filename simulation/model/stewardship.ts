import type { Json, JsonObject } from '#model/json.ts'
import { type Union, unionsAt } from './union.ts'

/** What a steward asked for, when, and whether the hub surely did it. */
export interface StewardAct {
  askedMs: number
  answeredMs: number
  /** False: it was asked again after a crash and refused then, perhaps because it had been done. */
  sure: boolean
  what:
    | { kind: 'set'; goldenId: string; fields: JsonObject }
    | { kind: 'release'; goldenId: string; fields: readonly string[] }
    | { kind: 'never' | 'lift'; leftId: string; rightId: string }
    | { kind: 'primary'; system: string; object: string; remoteId: string }
}

/** A value by hand; `sure` is false where the order of acts and merges is not known. */
export interface Held {
  value: Json
  sure: boolean
}

/**
 * What stewards hold of each golden record. A value belongs to the golden record of which it was said, for as long as it is
 * not released; what is merged shows the values of all its parts: its own first, then those of what was merged into it.
 */
export function stewardship(
  acts: readonly StewardAct[],
  unions: readonly Union[],
): (goldenId: string) => ReadonlyMap<string, Held> {
  const said = new Map<string, Map<string, Held>>()
  for (const { what, askedMs, answeredMs, sure } of acts) {
    const then = unionsAt(unions, answeredMs)
    if (what.kind === 'set') {
      const own = said.get(what.goldenId) ?? new Map<string, Held>()
      said.set(what.goldenId, own)
      for (const [name, value] of Object.entries(what.fields)) own.set(name, { value, sure })
    }
    if (what.kind !== 'release') continue
    // Whether what was merged at that very time was released with it, nobody can tell.
    const moved = unions.some(({ fromMs }) => fromMs >= askedMs && fromMs <= answeredMs)
    for (const id of then.members(what.goldenId))
      for (const name of what.fields) {
        const held = said.get(id)?.get(name)
        if (held === undefined) continue
        if (sure && !moved) said.get(id)?.delete(name)
        else said.get(id)?.set(name, { ...held, sure: false })
      }
  }
  const now = unionsAt(unions, Number.POSITIVE_INFINITY)
  return function heldBy(goldenId): ReadonlyMap<string, Held> {
    const shown = new Map<string, Held>()
    for (const id of now.members(goldenId))
      for (const [name, held] of said.get(id) ?? []) if (!shown.has(name)) shown.set(name, held)
    return shown
  }
}
