import type { ReplyOf } from '#console/handler.ts'
import { isJsonObject } from '#model/json.ts'
import { CliError } from '../cli-error.ts'
import { createContext } from '../context.ts'
import { shortTime } from '../output/output.ts'
import type { Cell, Output } from '../output/output.ts'
import type { AddCommand } from '../command.ts'
import { addCustomerActs } from './acts.ts'
import { addCustomerReasons } from './reasons.ts'
import { addReviewCommands } from './reviews.ts'

type Golden = ReplyOf<'getGoldenRecord'>

const FOUND_MAX = 20

export const addCustomerCommand: AddCommand = (program, environment) => {
  const customer = program
    .command('customer')
    .description('a customer by name, mail, phone or any id: what is true, who says so, where it went')
    .argument('<query>')
    .option('--entity <entity>', 'such as person, account, order')
    .action(async (query: string, options: { entity?: string }, command) => {
      const { connect, out } = createContext(command, environment)
      const client = connect()
      const { items } = await client.get('listGoldenRecords', '/golden-records', {
        q: query,
        entity: options.entity,
        limit: FOUND_MAX,
      })
      const [only] = items
      if (only === undefined) throw new CliError(`no golden record is found by "${query}"`)
      if (items.length > 1) {
        out.value(items)
        out.table(
          [
            { title: 'ID' },
            { title: 'ENTITY' },
            { title: 'STATE' },
            { title: 'NAME', max: 40 },
            { title: 'MAIL', max: 40 },
            { title: 'CHANGED' },
          ],
          items.map(row => [
            row.id,
            row.entity,
            row.state,
            nameOf(row.fields),
            text(row.fields.email),
            shortTime(row.updatedAt),
          ]),
        )
        return
      }
      const golden = await client.get('getGoldenRecord', `/golden-records/${only.id}`)
      out.value(golden)
      writeGolden(out, golden)
    })
  addCustomerActs(customer, environment)
  addCustomerReasons(customer, environment)
  addReviewCommands(customer, environment)
}

function writeGolden(out: Output, golden: Golden): void {
  out.line(
    `${out.style('bold', nameOf(golden.fields) ?? golden.entity)}  ${golden.entity} ${golden.id}, version ${golden.version}, ${golden.state}`,
  )
  if (golden.mergedInto !== null) out.line(`merged into ${golden.mergedInto}`)
  out.line()
  out.table(
    [{ title: 'FIELD' }, { title: 'VALUE', max: 60 }, { title: 'FROM' }, { title: 'SINCE' }],
    Object.entries(golden.fields).map(([name, value]) => {
      const from = golden.provenance[name]
      const source = isJsonObject(from) ? from : {}
      return [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
        text(source.system) === 'steward' ? `by hand: ${golden.steward[name]?.by}` : text(source.system),
        shortTime(text(source.at)),
      ]
    }),
  )
  out.line()
  out.table(
    [
      { title: 'KNOWN IN' },
      { title: 'REMOTE ID', max: 40 },
      { title: 'AS' },
      { title: 'LINKED' },
      { title: 'WRITTEN' },
    ],
    golden.crosswalk.map(row => [
      `${row.system}/${row.object}`,
      row.remoteId,
      standing(row),
      shortTime(row.linkedAt),
      shortTime(row.sentAt),
    ]),
  )
  writeMerges(out, golden)
  if (golden.deliveries.length === 0) return
  out.line()
  out.table(
    [{ title: 'DELIVERED TO' }, { title: 'STATE' }, { title: 'REASON', max: 60 }, { title: 'VERSION', align: 'right' }],
    golden.deliveries.map(row => [`${row.system}/${row.object}`, row.state, row.reason, row.sentVersion]),
  )
}

/** What a remote record is to its customer. */
function standing(row: Golden['crosswalk'][number]): string {
  if (row.aliasOf !== null) return `merged into ${row.aliasOf} there`
  if (row.tombstoneAt !== null) return row.tombstoneBy === 'hub' ? 'deleted by the hub' : 'deleted there'
  if (row.isPrimary) return row.chosenByPerson ? 'primary (chosen)' : 'primary'
  return row.object.includes('/') ? 'part' : 'duplicate: not written'
}

function writeMerges(out: Output, golden: Golden): void {
  const merges = golden.merges.filter(merge => merge.undoneAt === null)
  const reviews = golden.reviews.filter(review => review.state === 'open' || review.state === 'never')
  if (merges.length > 0) {
    out.line()
    out.table(
      [{ title: 'MERGE' }, { title: 'OF' }, { title: 'INTO' }, { title: 'BY' }, { title: 'AT' }],
      merges.map(merge => [merge.id, merge.loserId, merge.winnerId, merge.cause, shortTime(merge.mergedAt)]),
    )
  }
  if (reviews.length === 0) return
  out.line()
  out.table(
    [{ title: 'REVIEW' }, { title: 'WITH' }, { title: 'STATE' }, { title: 'WHY' }],
    reviews.map(review => [
      review.id,
      review.leftId === golden.id ? review.rightId : review.leftId,
      review.state === 'never' ? 'never the same' : review.state,
      review.kind,
    ]),
  )
}

/** The name that people would call it by. */
function nameOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  const whole = text(fields.fullName) ?? text(fields.name) ?? text(fields.subject) ?? text(fields.number)
  if (whole !== undefined) return whole
  const parts = [text(fields.givenName), text(fields.familyName)].filter(part => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(' ')
}

function text(value: unknown): Extract<Cell, string> | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
