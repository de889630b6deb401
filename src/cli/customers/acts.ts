import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { ReplyOf } from '#console/handler.ts'
import { CliError } from '../cli-error.ts'
import { createContext } from '../context.ts'
import { addListOptions, readList } from '../output/list.ts'
import type { ListOptions } from '../output/list.ts'
import type { Cell, Output } from '../output/output.ts'

type Preview = ReplyOf<'mergeGoldenRecords'>['preview']

const path = (id: string, act: string): string => `/golden-records/${encodeURIComponent(id)}/${act}`

/** What stewards do to customers, below `patchbay customer`. */
export function addCustomerActs(customer: Command, environment: Environment): void {
  addSteward(customer, environment)
  addMerges(customer, environment)
  addVerdicts(customer, environment)
  addLists(customer, environment)
  addMergeDuplicate(customer, environment)
}

function addSteward(customer: Command, environment: Environment): void {
  customer
    .command('set <id> <field=value...>')
    .description(
      'set fields by hand: they win until released. Values are JSON, or else texts: jobTitle=CTO, address=null',
    )
    .action(async (id: string, pairs: string[], _options, command) => {
      const { connect, out } = createContext(command, environment)
      const done = await connect().post('setSteward', path(id, 'steward'), {
        fields: Object.fromEntries(pairs.map(pair)),
      })
      out.value(done)
      out.line(`Held by hand: ${done.fields.join(', ')}.`)
    })
  customer
    .command('release <id> [field...]')
    .description('give fields (default: all) back to the systems')
    .action(async (id: string, fields: string[], _options, command) => {
      const { connect, out } = createContext(command, environment)
      const body = fields.length === 0 ? {} : { fields }
      const done = await connect().post('releaseSteward', path(id, 'steward/release'), body)
      out.value(done)
      out.line(`Released: ${done.fields.join(', ')}.`)
    })
  customer
    .command('primary <id> <system/object> <remote-id>')
    .description('choose which of several remote records of a customer is written')
    .action(async (id: string, place: string, remoteId: string, _options, command) => {
      const { connect, out } = createContext(command, environment)
      const [system, object] = placeOf(place)
      const done = await connect().post('choosePrimary', path(id, 'primary'), { system, object, remoteId })
      out.value(done)
      out.line(`${place} ${remoteId} is the primary one now.`)
    })
}

function addMerges(customer: Command, environment: Environment): void {
  customer
    .command('merge <id> <other>')
    .description('merge the other golden record into the first; shows what would change')
    .option('--dry-run', 'only show')
    .option('--yes', 'do not ask')
    .action(async (id: string, loserId: string, options: { dryRun?: boolean }, command) => {
      const { connect, out, confirm } = createContext(command, environment)
      const client = connect()
      const looked = await client.post('mergeGoldenRecords', path(id, 'merge'), { loserId, dryRun: true })
      writePreview(out, looked.preview)
      if (options.dryRun === true || !(await confirm('Merge them?'))) return out.value(looked)
      const done = await client.post('mergeGoldenRecords', path(id, 'merge'), { loserId, dryRun: false })
      out.value(done)
      out.line(`Merged. To undo: patchbay customer unmerge ${done.mergeId}`)
    })
  customer
    .command('unmerge <merge>')
    .description('take a merge apart, also one made by rule; its id is shown with the customer')
    .action(async (id: string, _options, command) => {
      const { connect, out } = createContext(command, environment)
      const done = await connect().post('undoMerge', `/merges/${encodeURIComponent(id)}/undo`)
      out.value(done)
      out.line(
        `${done.goldenId} is a customer of its own again, with ${done.remoteRecords} remote records. The two are never merged again.`,
      )
    })
}

function addVerdicts(customer: Command, environment: Environment): void {
  customer
    .command('never <id> <other>')
    .description('say that two golden records are never the same')
    .option('--lift', 'take it back')
    .action(async (id: string, otherId: string, options: { lift?: boolean }, command) => {
      const { connect, out } = createContext(command, environment)
      const client = connect()
      const done =
        options.lift === true
          ? await client.post('liftNever', path(id, 'never/lift'), { otherId })
          : await client.post('sayNever', path(id, 'never'), { otherId })
      out.value(done)
      out.line(options.lift === true ? 'Taken back: evidence decides again.' : 'They are never merged.')
    })
}

function addLists(customer: Command, environment: Environment): void {
  addListOptions(
    customer
      .command('duplicates')
      .description('customers with several living remote records of one object; only the primary one is written')
      .option('--system <name>')
      .option('--object <object>'),
  ).action(async (options: ListOptions & { system?: string; object?: string }, command) => {
    const { connect, out } = createContext(command, environment)
    const { system, object } = options
    const client = connect()
    const { items, more } = await readList(options, cursor =>
      client.get('listDuplicates', '/duplicates', { system, object, ...cursor }),
    )
    out.value(items)
    out.table(
      [{ title: 'GOLDEN RECORD' }, { title: 'IN' }, { title: 'PRIMARY', max: 40 }, { title: 'DUPLICATES', max: 60 }],
      items.map(row => [
        row.goldenId,
        `${row.system}/${row.object}`,
        row.remoteRecords.find(remote => remote.isPrimary)?.remoteId,
        row.remoteRecords.flatMap(remote => (remote.isPrimary ? [] : [remote.remoteId])).join(', '),
      ]),
    )
    if (more) out.line(out.style('dim', 'There is more: --limit or --all.'))
  })
}

function addMergeDuplicate(customer: Command, environment: Environment): void {
  customer
    .command('merge-duplicate <system/object> <remote-id>')
    .description('merge a duplicate into the primary record in the system itself; shows what differs, and asks')
    .option('--into <remote-id>', 'the record that is to stay, where it is not the primary one')
    .option('--yes', 'do not ask')
    .action(async (place: string, loserId: string, { into }: { into?: string }, command) => {
      const { connect, out, confirm } = createContext(command, environment)
      const [system, object] = placeOf(place)
      const client = connect()
      const body = { system, object, loserId, ...(into === undefined ? {} : { survivorId: into }) }
      const looked = await client.post('mergeDuplicate', '/duplicates/merge', { ...body, dryRun: true })
      const { survivorId, survivor, loser } = looked.preview
      out.table(
        ['FIELD THAT DIFFERS', `${survivorId} STAYS`, `${loserId} GOES`].map(title => ({ title, max: 40 })),
        [...new Set([...Object.keys(survivor.fields), ...Object.keys(loser.fields)])].map(name => [
          name,
          cell(survivor.fields[name]),
          cell(loser.fields[name]),
        ]),
      )
      if (!(await confirm(`Merge them in ${system}? It cannot be undone there.`))) {
        out.value(looked)
        return
      }
      const done = await client.post('mergeDuplicate', '/duplicates/merge', { ...body, dryRun: false })
      out.value(done)
      out.line(`${place} ${loserId} is a part of ${done.remoteId ?? survivorId} now.`)
    })
}

const cell = (value: unknown): Cell =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value)

function writePreview(out: Output, preview: Preview): void {
  const names = [...new Set([...Object.keys(preview.winner.fields), ...Object.keys(preview.merged.fields)])]
  out.table(
    ['FIELD THAT CHANGES', 'NOW', 'OTHER', 'MERGED'].map(title => ({ title, max: 40 })),
    names.map(name => [
      name,
      cell(preview.winner.fields[name]),
      cell(preview.loser.fields[name]),
      cell(preview.merged.fields[name]),
    ]),
  )
  out.line()
  out.table(
    [{ title: 'REMOTE RECORD', max: 60 }, { title: 'OF' }, { title: 'BECOMES' }],
    preview.remoteRecords.map(row => [
      `${row.system}/${row.object} ${row.remoteId}`,
      row.goldenId === preview.winnerId ? 'the first' : 'the other',
      row.isPrimary ? 'primary' : row.isDuplicate ? 'duplicate' : undefined,
    ]),
  )
  const ended = preview.deliveries.filter(row => row.becomes === 'ended').length
  out.line(`\n${preview.deliveries.length - ended} deliveries are planned again, ${ended} end.`)
}

function placeOf(text: string): [system: string, object: string] {
  const at = text.indexOf('/')
  if (at < 1) throw new CliError(`"${text}" is no place: expected system/object, such as crm/contact`)
  return [text.slice(0, at), text.slice(at + 1)]
}

function pair(text: string): [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) throw new CliError(`"${text}": expected field=value`)
  const value = text.slice(at + 1)
  try {
    return [text.slice(0, at), JSON.parse(value)]
  } catch {
    return [text.slice(0, at), value]
  }
}
