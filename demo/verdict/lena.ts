import { renderTable } from '#cli/output/output.ts'
import type { ReplyOf } from '#console/handler.ts'
import { isJsonObject } from '#model/json.ts'
import type { RunningHub } from '../hub.ts'
import { HER_SYSTEMS, LENA } from '../story/lena.ts'

type Golden = ReplyOf<'getGoldenRecord'>

/** What the hub makes of the one customer whom everybody met. */
export interface LenaVerdict {
  /** Her golden records: one, if all is well. */
  found: readonly Golden[]
  /** Systems whose record of her is not in it. */
  missing: readonly string[]
}

/** Asks the hub as `patchbay customer` does. */
export async function judgeLena({ client }: Pick<RunningHub, 'client'>): Promise<LenaVerdict> {
  const query = { q: LENA.email, entity: 'person', limit: 5 }
  const { items } = await client.get('listGoldenRecords', '/golden-records', query)
  const found = await Promise.all(items.map(({ id }) => client.get('getGoldenRecord', `/golden-records/${id}`)))
  const known = new Set(found[0]?.crosswalk.flatMap(row => (row.tombstoneAt === null ? [row.system] : [])))
  return { found, missing: HER_SYSTEMS.filter(system => !known.has(system)) }
}

export function lenaLines({ found }: LenaVerdict): string[] {
  const [golden] = found
  if (golden === undefined) return []
  const from = (field: string): string => {
    const source = golden.provenance[field]
    return isJsonObject(source) && typeof source['system'] === 'string' ? source['system'] : ''
  }
  const said = (system: string): string =>
    Object.keys(golden.fields)
      .filter(field => from(field) === system)
      .join(', ')
  const values = Object.entries(golden.fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
    from(name),
  ])
  const records = golden.crosswalk.map(row => [`${row.system}/${row.object}`, row.remoteId, said(row.system)])
  return [
    '',
    `$ patchbay customer ${LENA.email}`,
    ...table([{ title: 'FIELD' }, { title: 'VALUE', max: 60 }, { title: 'FROM' }], values),
    '',
    ...table(
      [{ title: 'KNOWN IN' }, { title: 'REMOTE ID', max: 36 }, { title: 'WHAT COUNTS FROM THERE', max: 60 }],
      records,
    ),
  ]
}

function table(columns: Parameters<typeof renderTable>[0], rows: Parameters<typeof renderTable>[1]): string[] {
  const text = renderTable(columns, rows, true, (_style, cell) => cell)
  return text
    .trimEnd()
    .split('\n')
    .map(line => `  ${line}`)
}
