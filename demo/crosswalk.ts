import type { CrosswalkRow } from './hub.ts'

/** What a sandbox calls the table behind an object of the hub: the ERP keeps companies and contacts in one. */
const TABLES: Readonly<Record<string, string>> = { 'erp/contact': 'partner', 'erp/company': 'partner' }

export function tableOf(system: string, object: string): string {
  return TABLES[`${system}/${object}`] ?? object
}

/** Whose each vendor's record is, by the sandbox's own table and id. */
export interface Crosswalk {
  of(system: string, table: string, id: string): CrosswalkRow | undefined
}

export function createCrosswalk(rows: readonly CrosswalkRow[]): Crosswalk {
  const byPlace = new Map(rows.map(row => [`${row.system} ${tableOf(row.system, row.object)} ${row.remoteId}`, row]))
  return { of: (system, table, id) => byPlace.get(`${system} ${table} ${id}`) }
}
