import type { ConsoleActions } from '#console/actions/actions.ts'
import { audit } from '#console/audit.ts'
import { isProblem, type Problem, problem } from '#console/problem.ts'
import { usesOf } from '#console/mappings/uses.ts'
import type { HubConfig } from '#config/config.ts'
import type { LiveMappings } from '#mapping/live.ts'
import { applyParts, type NewBackfill } from '#store/config/config-parts.ts'
import type { Tx } from '#store/database.ts'
import {
  lockMappings,
  type PublicationRow,
  publishRevisions,
  readRevisions,
  type RevisionRow,
  settleDraft,
} from '#store/mappings/revisions.ts'
import { partsOf } from '../config/parts.ts'
import type { HubParts } from '../hub.ts'
import { startReplay } from './replay.ts'

/** Publications, as the console and the command line ask for them. */
export function createMappingActions(parts: HubParts): Pick<ConsoleActions, 'publishMappings'> {
  const { database, revisions, config, identity, matching, ids } = parts
  return {
    async publishMappings(kind, wanted, { by, note, replays }) {
      if (revisions === undefined) return problem('revisions_not_kept', {})
      const done = await database
        .transaction(async tx => {
          await lockMappings(tx)
          const rows = await readWanted(tx, wanted)
          if (isProblem(rows)) return rows
          await settleDrafts(tx, rows, revisions.live)
          const publication = await publishRevisions(tx, kind, wanted, { by, note })
          const { library, problems } = revisions.live.preview((await revisions.published(tx)).mappings)
          const broken = problems.find(problem => wanted.some(one => one.mapping === problem.name))
          if (broken !== undefined) throw new PublicationRefused(problem('mapping_broken', { message: broken.message }))
          // What is stored was made by the mappings before: it is made again now if that is wanted, and else never for this cause.
          const again = await applyParts(tx, partsOf(config, library, identity, matching.settings()?.model), ids.uuid)
          if (replays)
            await startReplay(tx, [...again, ...inboundReplays(publication, config, ids.uuid)], publication.number)
          const detail = { changes: publication.changes.map(change => ({ ...change })), replays }
          const target = `publication ${publication.number}`
          await audit(tx, { id: ids.uuid(), actor: by, action: `mapping.${kind}`, target, detail })
          return publication
        })
        .catch((error: unknown) => {
          if (error instanceof PublicationRefused) return error.why
          throw error
        })
      if (!isProblem(done)) await revisions.refresh()
      return done
    },
  }
}

/** A draft maps from now on by what the tables of the files hold, as it was checked. One that does not compile is told of later. */
async function settleDrafts(tx: Tx, rows: readonly RevisionRow[], live: LiveMappings): Promise<void> {
  for (const row of rows) {
    if (row.tables !== null) continue
    const { library, problems } = live.preview([{ ...row, tables: undefined }])
    const compiled = problems.length === 0 ? library.get(row.name) : undefined
    if (compiled !== undefined && compiled.tables.size > 0) await settleDraft(tx, row, compiled)
  }
}

/** Stored events are mapped again for each system that an inbound mapping reads. */
function inboundReplays({ changes }: PublicationRow, config: HubConfig, newId: () => string): NewBackfill[] {
  return changes.flatMap(({ mapping, revision }) =>
    revision === null || !mapping.endsWith('.in')
      ? []
      : usesOf(config, mapping).map(({ system, object }) => ({
          id: newId(),
          kind: 'map' as const,
          entity: `${system}/${object}`,
          cause: `mapping:${mapping}`,
        })),
  )
}

/** Thrown to roll a publication back. */
class PublicationRefused extends Error {
  readonly why: Problem
  constructor(why: Problem) {
    super(why.detail)
    this.why = why
  }
}

/** The revisions that are to be put in force, or why they are not what was checked any more. */
async function readWanted(
  tx: Tx,
  wanted: readonly { mapping: string; revision: number | null; hash?: string }[],
): Promise<readonly RevisionRow[] | Problem> {
  const rows: RevisionRow[] = []
  for (const { mapping, revision, hash } of wanted) {
    if (revision === null) continue
    const [row] = await readRevisions(tx, { mapping, revision })
    if (row === undefined) return problem('revision_gone', { name: mapping, revision })
    if (hash !== undefined && row.hash !== hash) return problem('draft_changed', { by: row.createdBy, name: mapping })
    rows.push(row)
  }
  return rows
}
