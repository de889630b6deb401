import { readRevisions } from '#store/mappings/revisions.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'
import { notPersonal } from '../../respond.ts'
import { ownCases } from '../../mappings/cases.ts'
import { sideOf } from '../../mappings/checks.ts'
import { unreadable } from '../../mappings/unreadable.ts'
import { problem } from '../../problem.ts'

type TableForm = ReplyOf<'tableOfMapping'>

/** What helps to write a mapping: completions, one way to set it, and its table form. Texts come from whoever asks, and leave as they are. */
export function createMappingTextHandlers(
  parts: ConsoleParts,
): Pick<Handlers, 'completeMapping' | 'formatMapping' | 'tableOfMapping' | 'textOfMapping'> {
  const { db, drafts, mappings } = parts
  return {
    async completeMapping({ path, body: { source, position } }) {
      const name = `${path.folder}/${path.mapping}`
      const [draft] = await readRevisions(db, { mapping: name, state: 'draft' })
      const side = await sideOf(parts, name, ownCases(draft) ?? mappings.cases(name))
      const done = await drafts.ask('complete', { source, position, side })
      return done.ok ? { ...done.value, options: [...done.value.options] } : unreadable(done.failure)
    },

    async formatMapping({ body: { source } }) {
      const done = await drafts.ask('format', { source })
      return done.ok ? notPersonal({ source: done.value }) : unreadable(done.failure)
    },

    async tableOfMapping({ body: { source } }) {
      const done = await drafts.ask('table', { source })
      if (!done.ok) return unreadable(done.failure)
      // The same; an answer is not marked as never changed.
      return notPersonal((done.value.ok ? { ok: true, ...done.value.table } : done.value) as TableForm)
    },

    async textOfMapping({ body: { rows, before = [], after = [] } }) {
      const done = await drafts.ask('text', { table: { rows, before, after } })
      if (!done.ok) return unreadable(done.failure)
      if (done.value.ok) return notPersonal({ source: done.value.source })
      const errors = done.value.problems.map(({ row, cell, ...why }) => ({ path: `rows[${row}].${cell}`, ...why }))
      return problem('table_unwritable', {}, errors)
    },
  }
}
