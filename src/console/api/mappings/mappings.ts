import { draftVersion, readRevisions, type RevisionRow } from '#store/mappings/revisions.ts'
import { ownCases } from '../../mappings/cases.ts'
import { type Failures, readFailures } from '../../mappings/failures.ts'
import { usesOf } from '../../mappings/uses.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { problem } from '../../problem.ts'

/** The mappings in force and those that are drafts only. */
export function createMappingHandlers(parts: ConsoleParts): Pick<Handlers, 'listMappings' | 'getMapping'> {
  const { mappings, config, db, nowMs } = parts

  async function rows(mapping?: string) {
    const of = mapping === undefined ? {} : { mapping }
    const [published, drafts] = await Promise.all([
      readRevisions(db, { ...of, state: 'published' }),
      readRevisions(db, { ...of, state: 'draft' }),
    ])
    return { published: byName(published), drafts: byName(drafts) }
  }

  function told(name: string, published: RevisionRow | undefined, draft: RevisionRow | undefined) {
    const uses = usesOf(config, name)
    return {
      name,
      direction: name.endsWith('.in') ? ('in' as const) : ('out' as const),
      usedBy: uses.map(({ by }) => by),
      uses: uses.map(({ system, object, entity, direction }) => ({ system, object, entity, direction })),
      revision: published?.revision ?? null,
      draft: draft === undefined ? null : markOf(draft),
    }
  }

  function summary(name: string, published: RevisionRow | undefined, draft: RevisionRow | undefined, failed: Failures) {
    const results = mappings.runCases(name, ownCases(published))
    return {
      ...told(name, published, draft),
      cases: results.length,
      casesPassed: results.filter(result => result.passed).length,
      failedLastHour: failed(name),
    }
  }

  return {
    async listMappings() {
      const [{ published, drafts }, failed] = await Promise.all([rows(), readFailures(db, config, nowMs())])
      const names = [...new Set([...mappings.names(), ...drafts.keys()])].sort()
      return { items: names.map(name => summary(name, published.get(name), drafts.get(name), failed)) }
    },

    async getMapping({ path }) {
      const name = `${path.folder}/${path.mapping}`
      const { published, drafts } = await rows(name)
      const [inForce, draft] = [published.get(name), drafts.get(name)]
      const source = mappings.source(name)
      if (source === undefined && draft === undefined) return problem('mapping_unknown', { name })
      return {
        ...told(name, inForce, draft),
        source: source ?? '',
        cases: [...(ownCases(draft) ?? ownCases(inForce) ?? mappings.cases(name))],
        results: [...mappings.runCases(name, ownCases(inForce))],
      }
    },
  }
}

const byName = (rows: readonly RevisionRow[]): ReadonlyMap<string, RevisionRow> =>
  new Map(rows.map(row => [row.name, row]))

const markOf = (draft: RevisionRow) => ({
  by: draft.createdBy,
  at: draft.changedAt.toISOString(),
  hash: draft.hash,
  revision: draft.revision,
  version: draftVersion(draft),
})
