import { type PublicationRow, readPublications, readRevisions, type RevisionRow } from '#store/mappings/revisions.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'
import { ownCases } from '../../mappings/cases.ts'
import { checkText } from '../../mappings/checks.ts'
import { readReplay } from '../../mappings/replay.ts'
import type { PlaceProblem, Problem } from '../../problem.ts'
import { isProblem, problem } from '../../problem.ts'

type Publication = ReplyOf<'publishMappings'>

/** Publications of mappings: what was put in force when and by whom, and roll-backs. */
export function createMappingPublicationHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'listMappingPublications' | 'getMappingPublication' | 'publishMappings' | 'rollBackMappings'> {
  const { db, actions, mappings } = parts

  /** The drafts of these mappings, each checked, or why they cannot be published. */
  async function publishable(names: readonly string[]): Promise<readonly RevisionRow[] | Problem> {
    const drafts = (await readRevisions(db, { state: 'draft' })).filter(draft => names.includes(draft.name))
    const without = names.filter(name => !drafts.some(draft => draft.name === name))
    if (without.length > 0) return problem('no_draft', { names: without.join(', ') })
    const errors: PlaceProblem[] = []
    for (const { name, source, cases } of drafts) {
      const own = ownCases({ cases }) ?? mappings.cases(name)
      const { findings, results } = await checkText(parts, { name, source, cases: own })
      for (const { level, message, reason, params, line = 1, column = 1 } of findings)
        if (level === 'error') errors.push({ path: `${name}:${line}:${column}`, message, reason, params })
      for (const result of results)
        if (!result.passed) errors.push({ path: `${name}, case "${result.name}"`, message: result.message ?? 'failed' })
    }
    return errors.length === 0 ? drafts : problem('checks_failed', {}, errors)
  }

  return {
    async listMappingPublications({ query: { limit = 100, mapping } }) {
      const rows = await readPublications(db, { limit, ...(mapping === undefined ? {} : { mapping }) })
      return { items: rows.map(shownPublication) }
    },

    async getMappingPublication({ path: { number } }) {
      const [found] = await readPublications(db, { limit: 1, number })
      if (found === undefined) return problem('publication_unknown', { number })
      return { ...shownPublication(found), replay: await readReplay(db, number) }
    },

    async publishMappings({ body, actor }) {
      const drafts = await publishable(body.mappings)
      if (isProblem(drafts)) return drafts
      const wanted = drafts.map(({ name, revision, hash }) => ({ mapping: name, revision, hash }))
      return shownOr(
        await actions.publishMappings('publish', wanted, {
          by: actor.name,
          note: body.note,
          replays: body.replay === true,
        }),
      )
    },

    async rollBackMappings({ body, actor }) {
      const wanted = await earlier(parts, body)
      if (isProblem(wanted)) return wanted
      return shownOr(
        await actions.publishMappings('rollback', wanted, {
          by: actor.name,
          note: body.note,
          replays: body.replay === true,
        }),
      )
    },
  }
}

function shownOr(published: PublicationRow | Problem): Publication | Problem {
  return isProblem(published) ? published : shownPublication(published)
}

/** The revisions that a roll-back puts in force. */
async function earlier(
  { db }: ConsoleParts,
  { publication, mapping, revision }: { publication?: number; mapping?: string; revision?: number },
): Promise<readonly { mapping: string; revision: number | null }[] | Problem> {
  if (publication !== undefined) {
    const [found] = await readPublications(db, { limit: 1, number: publication })
    if (found === undefined) return problem('publication_unknown', { number: publication })
    return found.changes.map(change => ({ mapping: change.mapping, revision: change.previous }))
  }
  if (mapping === undefined || revision === undefined) return problem('rollback_unsaid', {})
  const [found] = await readRevisions(db, { mapping, revision })
  if (found === undefined || found.state === 'draft')
    return problem('revision_never_published', { name: mapping, revision })
  return [{ mapping, revision }]
}

function shownPublication({ at, ...row }: PublicationRow): Publication {
  return { ...row, at: at.toISOString() }
}
