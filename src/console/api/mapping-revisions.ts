import { createHash } from 'node:crypto'
import { diff } from 'node:util'
import { makeDraftRunner } from '#mapping/drafts.ts'
import { parseCases, type MappingCase } from '#mapping/cases.ts'
import type { Json } from '#model/json.ts'
import {
  dropDraft,
  type PublicationRow,
  readPublications,
  readRevisions,
  type RevisionRow,
  saveDraft,
} from '#store/mapping-revisions.ts'
import { audit } from '../audit.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../handler.ts'
import { checkText } from '../mapping-checks.ts'
import { fileCases } from '../mapping-files.ts'
import type { Problem } from '../problem.ts'
import { isProblem, problem } from '../problem.ts'

type Revision = ReplyOf<'listMappingRevisions'>['items'][number]
type Detail = ReplyOf<'getMappingRevision'>
type Publication = ReplyOf<'publishMappings'>

/** The life of mappings: drafts, checks, publications, history and roll-back. */
export function createMappingRevisionHandlers(
  parts: ConsoleParts,
): Pick<
  Handlers,
  | 'listMappingRevisions'
  | 'getMappingRevision'
  | 'saveMappingDraft'
  | 'dropMappingDraft'
  | 'checkMapping'
  | 'listMappingPublications'
  | 'publishMappings'
  | 'rollBackMappings'
> {
  const { db, actions } = parts
  // The thread is started at the first check.
  const runner = makeDraftRunner()

  async function note(action: string, target: string, actor: string, detail: Record<string, Json>): Promise<void> {
    await audit(db, { id: parts.uuid(), actor, action, target, detail })
  }

  /** The checks of a text, with the cases of a revision where it has its own. */
  async function checksOf(name: string, source: string, cases: Json | null) {
    const own = cases === null ? undefined : parseCases(JSON.stringify(cases))
    const chosen: readonly MappingCase[] = own?.ok === true ? own.cases : fileCases(name, parts.config.hub.mappingsDirs)
    return await checkText(parts.config, runner, { name, source, cases: chosen })
  }

  /** The drafts of these mappings, each checked, or why they cannot be published. */
  async function publishable(names: readonly string[]): Promise<readonly RevisionRow[] | Problem> {
    const drafts = (await readRevisions(db, { state: 'draft' })).filter(draft => names.includes(draft.name))
    const without = names.filter(name => !drafts.some(draft => draft.name === name))
    if (without.length > 0) return problem('not_found', `There is no draft of ${without.join(', ')}.`)
    const errors: { path: string; message: string }[] = []
    for (const { name, source, cases } of drafts) {
      const { findings, results } = await checksOf(name, source, cases)
      for (const { level, message, line = 1, column = 1 } of findings)
        if (level === 'error') errors.push({ path: `${name}:${line}:${column}`, message })
      for (const result of results)
        if (!result.passed) errors.push({ path: `${name}, case "${result.name}"`, message: result.message ?? 'failed' })
    }
    return errors.length === 0
      ? drafts
      : problem('state_conflict', 'Nothing was published, because checks failed:', errors)
  }

  return {
    async listMappingRevisions({ path }) {
      const rows = await readRevisions(db, { mapping: nameOf(path) })
      return { items: rows.map(shown) }
    },

    async getMappingRevision({ path, query }) {
      const rows = await readRevisions(db, { mapping: nameOf(path) })
      const found = rows.find(row => row.revision === path.revision)
      if (found === undefined) return problem('not_found', `${nameOf(path)} has no revision ${path.revision}.`)
      return detailOf(found, rows, query.against)
    },

    async saveMappingDraft({ path, body, actor }) {
      const mapping = nameOf(path)
      const { source, cases, note: why, expected } = body
      const read = cases === undefined ? undefined : parseCases(JSON.stringify(cases))
      if (read?.ok === false) return problem('request_invalid', `The cases: ${read.problems.join('; ')}`)
      const hash = createHash('sha256').update(source).digest('hex').slice(0, 16)
      const text = { mapping, source, hash, cases: cases as Json | undefined, note: why, by: actor.name }
      const saved = await db.transaction().execute(tx => saveDraft(tx, text, expected))
      if (!saved.ok)
        return problem(
          'state_conflict',
          saved.draft === undefined
            ? 'The draft was published or thrown away meanwhile: begin again from the published revision.'
            : `${saved.draft.createdBy} saved another draft at ${saved.draft.changedAt.toISOString()}: look at it first.`,
        )
      await note('mapping.draft', mapping, actor.name, { revision: saved.draft.revision, hash })
      return detailOf(saved.draft, await readRevisions(db, { mapping }), undefined)
    },

    async dropMappingDraft({ path, actor }) {
      const isDone = await dropDraft(db, nameOf(path))
      if (isDone) await note('mapping.drop', nameOf(path), actor.name, {})
      return { done: Number(isDone) }
    },

    async checkMapping({ path, body }) {
      const [draft] = await readRevisions(db, { mapping: nameOf(path), state: 'draft' })
      const source = body.source ?? draft?.source
      if (source === undefined)
        return problem('not_found', `There is no draft of ${nameOf(path)}: give a text to check.`)
      return await checksOf(nameOf(path), source, draft?.cases ?? null)
    },

    async listMappingPublications({ query }) {
      return { items: (await readPublications(db, query.limit ?? 100)).map(shownPublication) }
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

const nameOf = ({ folder, mapping }: { folder: string; mapping: string }): string => `${folder}/${mapping}`

function shownOr(published: PublicationRow | string): Publication | Problem {
  return typeof published === 'string' ? problem('state_conflict', published) : shownPublication(published)
}

/** The revisions that a roll-back puts in force. */
async function earlier(
  { db }: ConsoleParts,
  { publication, mapping, revision }: { publication?: number; mapping?: string; revision?: number },
): Promise<readonly { mapping: string; revision: number | null }[] | Problem> {
  if (publication !== undefined) {
    const found = (await readPublications(db, 1000)).find(row => row.number === publication)
    if (found === undefined) return problem('not_found', `There is no publication ${publication}.`)
    return found.changes.map(change => ({ mapping: change.mapping, revision: change.previous }))
  }
  if (mapping === undefined || revision === undefined)
    return problem('request_invalid', 'Give a publication, or a mapping and its revision.')
  const [found] = await readRevisions(db, { mapping, revision })
  if (found === undefined || found.state === 'draft')
    return problem('not_found', `${mapping} has no revision ${revision} that was ever published.`)
  return [{ mapping, revision }]
}

function shown(row: RevisionRow): Revision {
  const { name, revision, hash, origin, state, note, createdBy, createdAt, changedAt, publishedAt } = row
  return {
    name,
    revision,
    hash,
    origin,
    state,
    note,
    createdBy,
    createdAt: createdAt.toISOString(),
    changedAt: changedAt.toISOString(),
    publishedAt: publishedAt?.toISOString() ?? null,
  }
}

/** A revision beside another: the one that is asked for, else the published one, else the one before. */
function detailOf(row: RevisionRow, all: readonly RevisionRow[], against: number | undefined): Detail {
  const published = all.find(one => one.state === 'published' && one.revision !== row.revision)
  const before = all.find(one => one.revision < row.revision)
  const other = against === undefined ? (published ?? before) : all.find(one => one.revision === against)
  return {
    ...shown(row),
    source: row.source,
    // A cases file holds an array.
    cases: row.cases as Json[] | null,
    against: other?.revision ?? null,
    diff: diffLines(other?.source ?? '', row.source),
  }
}

function diffLines(before: string, after: string): Detail['diff'] {
  const marks = { '-1': '+', '0': ' ', '1': '-' } as const
  const changes = diff(before.split('\n'), after.split('\n'))
  return changes.map(([sign, line]) => ({ mark: marks[`${sign}`], line }))
}

function shownPublication({ at, ...row }: PublicationRow): Publication {
  return { ...row, at: at.toISOString() }
}
