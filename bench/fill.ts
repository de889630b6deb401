import { sql } from './database.ts'
import { runFlow } from './end-to-end.ts'
import type { Stand } from './stand.ts'

/** The run of webhooks whose records are copied; its prefix stands in every name, mail and id that must differ. */
const RUN = 9
const PREFIX = `r${RUN}-`
const TEMPLATES = 1_000
/** Copies of all templates per statement: a hundred thousand golden records. */
const COPIES_PER_STATEMENT = 100
/** Eight-digit numbers (phones, tax ids) from here on belong to no run of webhooks. */
const FIRST_DIGITS = 60_000_000

/**
 * Fills the database with golden records as the hub itself stores them: a thousand webhooks go through the hub into all
 * destinations, then their rows are copied by SQL with new ids, mails, names, phones and links, in the order of time.
 */
export async function fillGoldens(stand: Stand, goldens: number): Promise<void> {
  const templates = Math.min(TEMPLATES, goldens)
  await runFlow(stand, { run: RUN, count: templates, kind: 'creates', outstandingMax: templates })
  await sql(stand, 'set synchronous_commit = off')
  await sql(
    stand,
    `create temp table template as
     select golden_id, substring(remote_id from '\\d+$')::int as number,
       lpad((${RUN * 1_000_000} + substring(remote_id from '\\d+$')::int)::text, 8, '0') as digits
     from remote_record where remote_id like '%-${PREFIX}%' and golden_id is not null`,
  )
  await sql(stand, 'create unique index on template (golden_id)')
  await sql(stand, 'analyze template')
  const copies = Math.ceil(goldens / templates)
  for (let first = 1; first <= copies; first += COPIES_PER_STATEMENT) {
    const last = Math.min(copies, first + COPIES_PER_STATEMENT - 1)
    for (const table of TABLES) await copyRows(stand, table, { first, last, copies, templates })
    console.error(`  ${last * templates} golden records stored`)
  }
  await sql(stand, 'drop table template')
  await sql(stand, 'set synchronous_commit = on')
  for (const { table } of TABLES) await sql(stand, `vacuum (analyze) ${table}`)
  await sql(stand, 'checkpoint')
}

interface CopiedTable {
  table: string
  /** The column that names the template. */
  goldenId: string
  /** Columns that differ from their template, as SQL over `r` (the row), `t` (the template) and `n` (the copy). */
  columns: Readonly<Record<string, string>>
  join?: string
}

const id = (column: string): string => `pg_temp_copy_id(${column}, n)`
const TABLES: readonly CopiedTable[] = [
  {
    table: 'golden_record',
    goldenId: 'r.id',
    columns: { id: id('r.id'), fields: json('r.fields', 'r.id'), provenance: json('r.provenance', 'r.id') },
  },
  {
    table: 'source_record',
    goldenId: 'x.golden_id',
    join: 'join remote_record x on x.system = r.system and x.object = r.object and x.remote_id = r.remote_id',
    columns: {
      remote_id: text('r.remote_id'),
      fields: json('r.fields', 'x.golden_id'),
      vendor_form: json('r.vendor_form', 'x.golden_id'),
    },
  },
  {
    table: 'remote_record',
    goldenId: 'r.golden_id',
    columns: {
      remote_id: `case when r.remote_id like '%${PREFIX}%' then ${text('r.remote_id')} else r.remote_id || 'x' || n end`,
      golden_id: id('r.golden_id'),
      sent: json('r.sent', 'r.golden_id'),
      sent_fields: json('r.sent_fields', 'r.golden_id'),
    },
  },
  {
    table: 'identity_key',
    goldenId: 'r.golden_id',
    columns: { value: text('r.value'), golden_id: id('r.golden_id') },
  },
  {
    table: 'golden_link',
    goldenId: 'r.from_id',
    columns: { from_id: id('r.from_id'), target: text('r.target'), to_id: id('r.to_id') },
  },
  {
    table: 'delivery',
    goldenId: 'r.golden_id',
    columns: { golden_id: id('r.golden_id'), remote_id: `r.remote_id || 'x' || n` },
  },
]

/** Names, mails, ids and numbers of the copy. */
function text(column: string): string {
  const digits = `(${FIRST_DIGITS} + n * ${TEMPLATES} + t.number)::text`
  return `replace(replace(${column}, '${PREFIX}', 'r${RUN}x' || n || '-'), t.digits, ${digits})`
}

function json(column: string, goldenId: string): string {
  return `replace(${text(`${column}::text`)}, ${goldenId}::text, ${id(goldenId)}::text)::jsonb`
}

async function copyRows(
  stand: Stand,
  { table, goldenId, columns, join = '' }: CopiedTable,
  range: { first: number; last: number; copies: number; templates: number },
): Promise<void> {
  const names = await sql<{ name: string }>(
    stand,
    'select column_name as name from information_schema.columns where table_schema = current_schema() and table_name = $1 order by ordinal_position',
    [table],
  )
  const values = names.map(({ name }) =>
    (columns[name] ?? `r.${name}`).replaceAll(/pg_temp_copy_id\(([^,]+), n\)/g, copyId),
  )
  await sql(
    stand,
    `insert into ${table} (${names.map(({ name }) => name).join(', ')}) select ${values.join(', ')}
     from generate_series(${range.first}, ${range.last}) n, ${table} r ${join} join template t on t.golden_id = ${goldenId}`,
  )
}

/** A version 7 UUID whose time lies before the template's by the copy's number, so that copies spread over time. */
function copyId(_: string, column: string): string {
  return `(lpad(to_hex(('x' || substr(replace(${column}::text, '-', ''), 1, 12))::bit(48)::bigint - n * 60000::bigint), 12, '0') || '7' || substr(md5(${column}::text || n), 14))::uuid`
}
