import { type MappingCase, parseCases } from '#mapping/cases.ts'
import type { RevisionRow } from '#store/mappings/revisions.ts'

/** The cases of a revision; undefined: it has those of the file. */
export function ownCases(row: Pick<RevisionRow, 'cases'> | undefined): readonly MappingCase[] | undefined {
  if (row === undefined || row.cases === null) return undefined
  const read = parseCases(JSON.stringify(row.cases))
  return read.ok ? read.cases : undefined
}
