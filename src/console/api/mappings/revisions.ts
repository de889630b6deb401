import { diff } from 'node:util'
import { parseCases } from '#mapping/cases.ts'
import { hashText } from '#mapping/mapping.ts'
import type { Json } from '#model/json.ts'
import { draftVersion, dropDraft, readRevisions, type RevisionRow, saveDraft } from '#store/mappings/revisions.ts'
import { audit } from '../../audit.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'
import { checkText } from '../../mappings/checks.ts'
import { ownCases } from '../../mappings/cases.ts'
import { problem } from '../../problem.ts'

type Revision = ReplyOf<'listMappingRevisions'>['items'][number]
type Detail = ReplyOf<'getMappingRevision'>

/** Revisions of mappings, and the draft among them. */
export function createMappingRevisionHandlers(
  parts: ConsoleParts,
): Pick<
  Handlers,
  'listMappingRevisions' | 'getMappingRevision' | 'saveMappingDraft' | 'dropMappingDraft' | 'checkMapping'
> {
  const { db, mappings } = parts

  async function note(action: string, target: string, actor: string, detail: Record<string, Json>): Promise<void> {
    await audit(db, { id: parts.uuid(), actor, action, target, detail })
  }

  return {
    async listMappingRevisions({ path }) {
      const rows = await readRevisions(db, { mapping: nameOf(path) })
      return { items: rows.map(shown) }
    },

    async getMappingRevision({ path, query }) {
      const rows = await readRevisions(db, { mapping: nameOf(path) })
      const found = rows.find(row => row.revision === path.revision)
      if (found === undefined) return problem('revision_unknown', { name: nameOf(path), revision: path.revision })
      return detailOf(found, rows, query.against)
    },

    async saveMappingDraft({ path, body, actor }) {
      const mapping = nameOf(path)
      const { source, cases, note: why, expected } = body
      const read = cases === undefined ? undefined : parseCases(JSON.stringify(cases))
      if (read?.ok === false) return problem('cases_unreadable', { problems: read.problems.join('; ') })
      const hash = hashText(source)
      const text = { mapping, source, hash, cases: cases as Json | undefined, note: why, by: actor.name }
      const saved = await db.transaction().execute(tx => saveDraft(tx, text, expected))
      if (!saved.ok)
        return saved.draft === undefined
          ? problem('draft_gone', {})
          : problem('draft_of_another', { by: saved.draft.createdBy, at: saved.draft.changedAt.toISOString() })
      await note('mapping.draft', mapping, actor.name, { revision: saved.draft.revision, hash })
      return detailOf(saved.draft, await readRevisions(db, { mapping }), undefined)
    },

    async dropMappingDraft({ path, actor }) {
      const isDone = await dropDraft(db, nameOf(path))
      if (isDone) await note('mapping.drop', nameOf(path), actor.name, {})
      return { done: Number(isDone) }
    },

    async checkMapping({ path, body }) {
      const name = nameOf(path)
      const [draft] = await readRevisions(db, { mapping: name, state: 'draft' })
      const source = body.source ?? draft?.source
      if (source === undefined) return problem('nothing_to_check', { name })
      const given = body.cases === undefined ? undefined : parseCases(JSON.stringify(body.cases))
      if (given?.ok === false) return problem('cases_unreadable', { problems: given.problems.join('; ') })
      return await checkText(parts, { name, source, cases: given?.cases ?? ownCases(draft) ?? mappings.cases(name) })
    },
  }
}

const nameOf = ({ folder, mapping }: { folder: string; mapping: string }): string => `${folder}/${mapping}`

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
    version: row.state === 'draft' ? draftVersion(row) : null,
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
