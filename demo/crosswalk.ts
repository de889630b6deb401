import type { CrosswalkRow } from './hub.ts'

/** Whose each vendor's record is. */
export interface Crosswalk {
  of(system: string, object: string, id: string): CrosswalkRow | undefined
}

export function createCrosswalk(rows: readonly CrosswalkRow[]): Crosswalk {
  const byPlace = new Map(rows.map(row => [`${row.system} ${row.object} ${row.remoteId}`, row]))
  return { of: (system, object, id) => byPlace.get(`${system} ${object} ${id}`) }
}
