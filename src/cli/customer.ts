import type { ReplyOf } from '#console/handler.ts'
import { isJsonObject } from '#model/json.ts'
import { CliError } from './cli-error.ts'
import { createContext } from './context.ts'
import { shortTime } from './output.ts'
import type { Cell, Output } from './output.ts'
import type { AddCommand } from './command.ts'

type Golden = ReplyOf<'getGoldenRecord'>

const FOUND_MAX = 20

export const addCustomerCommand: AddCommand = (program, environment) => {
  program
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
        text(source.system),
        shortTime(text(source.at)),
      ]
    }),
  )
  out.line()
  out.table(
    [{ title: 'KNOWN IN' }, { title: 'REMOTE ID', max: 40 }, { title: 'LINKED' }, { title: 'WRITTEN' }],
    golden.crosswalk.map(row => [
      `${row.system}/${row.object}`,
      row.remoteId,
      shortTime(row.linkedAt),
      shortTime(row.sentAt),
    ]),
  )
  if (golden.deliveries.length === 0) return
  out.line()
  out.table(
    [{ title: 'DELIVERED TO' }, { title: 'STATE' }, { title: 'REASON', max: 60 }, { title: 'VERSION', align: 'right' }],
    golden.deliveries.map(row => [`${row.system}/${row.object}`, row.state, row.reason, row.sentVersion]),
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
