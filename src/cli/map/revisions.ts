import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { ReplyOf } from '#console/handler.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { CliError } from '../cli-error.ts'
import { createContext } from '../context.ts'
import type { CommandContext } from '../context.ts'
import { exportMappings } from './export.ts'
import { pathOf } from './path.ts'

interface PublishOptions {
  note?: string
  replay?: boolean
}

/** `map draft`, `publish`, `history`, `diff`, `rollback` and `export`: revisions of the running hub. */
export function addRevisionCommands(map: Command, environment: Environment): void {
  map
    .command('draft')
    .description('save a file as the draft of a mapping, and check it')
    .argument('<name>', 'such as crm/contact.out')
    .argument('<file>', 'its text')
    .option('--cases <file>', 'its cases, as in a cases file')
    .option('--note <text>', 'what it is for')
    .action(async (name: string, file: string, options: { note?: string; cases?: string }, command) => {
      const context = createContext(command, environment)
      const client = context.connect()
      const source = readFileSync(resolve(file), 'utf8')
      const cases = options.cases === undefined ? undefined : readCases(options.cases, name)
      const draft = await client.put('saveMappingDraft', `${pathOf(name)}/draft`, { source, cases, note: options.note })
      const checks = await client.post('checkMapping', `${pathOf(name)}/check`, {})
      context.out.value({ draft, checks })
      writeDiff(context, draft)
      writeChecks(context, checks)
    })
  map
    .command('publish')
    .description('put drafts in force, all at once')
    .argument('<names...>', 'such as crm/contact.out')
    .option('--note <text>', 'what it is for')
    .option('--replay', 'map what is stored again, and deliver what differs')
    .action(async (mappings: string[], options: PublishOptions, command) => {
      const context = createContext(command, environment)
      const body = { mappings, note: options.note, replay: options.replay === true }
      writePublished(context, await context.connect().post('publishMappings', '/mapping-publications', body))
    })
  map
    .command('history')
    .description('what was published, or the revisions of one mapping')
    .argument('[name]', 'such as crm/contact.out')
    .option('--publication <number>', 'one publication, with the progress of its replay')
    .action(async (name: string | undefined, { publication }: { publication?: string }, command) => {
      const context = createContext(command, environment)
      if (publication !== undefined) await onePublication(context, publication)
      else await (name === undefined ? publications(context) : revisions(context, name))
    })
  map
    .command('diff')
    .description('what differs between two revisions; without --revision between the draft and what is published')
    .argument('<name>', 'such as crm/contact.out')
    .option('--revision <number>')
    .option('--against <number>', 'default: the published one')
    .action(async (name: string, options: { revision?: string; against?: string }, command) => {
      const context = createContext(command, environment)
      const client = context.connect()
      const { items } = await client.get('listMappingRevisions', `${pathOf(name)}/revisions`)
      const revision = Number(options.revision ?? items[0]?.revision)
      const against = options.against === undefined ? {} : { against: Number(options.against) }
      const found = await client.get('getMappingRevision', `${pathOf(name)}/revisions/${revision}`, against)
      context.out.value(found)
      writeDiff(context, found)
    })
  map
    .command('rollback')
    .description('put an earlier revision of a mapping, or what was before a publication, back in force')
    .argument('[name]', 'such as crm/contact.out')
    .option('--to <revision>', 'of the mapping')
    .option('--publication <number>', 'undo this publication')
    .option('--note <text>', 'why')
    .option('--replay', 'map what is stored again, and deliver what differs')
    .action(
      async (name: string | undefined, options: PublishOptions & { to?: string; publication?: string }, command) => {
        const context = createContext(command, environment)
        const { to, publication, note, replay = false } = options
        if (publication === undefined && (name === undefined || to === undefined))
          throw new CliError('give a mapping and --to REVISION, or --publication NUMBER; "map history" shows both')
        const what =
          publication === undefined ? { mapping: name, revision: Number(to) } : { publication: Number(publication) }
        const body = { ...what, note, replay }
        writePublished(
          context,
          await context.connect().post('rollBackMappings', '/mapping-publications/rollback', body),
        )
      },
    )
  map
    .command('export')
    .description('write published mappings, and cases that were published with them, back into files')
    .argument('[names...]', 'parts of names; without them those that were published by people')
    .option('--to <folder>', 'the mappings folder', 'mappings')
    .action(async (names: string[], options: { to: string }, command) => {
      const context = createContext(command, environment)
      const written = await exportMappings(context.connect(), names, resolve(options.to))
      context.out.value({ files: written })
      for (const file of written) context.out.line(file)
      context.out.line(`${written.length} files written. When a hub starts with them, they are its base again.`)
    })
}

/** The cases of this direction; a file with an array holds only such. */
function readCases(file: string, name: string): Json {
  const content = JSON.parse(readFileSync(resolve(file), 'utf8')) as Json
  const cases = isJsonObject(content) ? content[name.endsWith('.in') ? 'in' : 'out'] : content
  if (cases === undefined) throw new CliError(`${file} has no cases of ${name}`)
  return cases
}

function writeChecks({ out }: CommandContext, { passed, findings, results }: ReplyOf<'checkMapping'>): void {
  for (const { level, message, line = 1, column = 1 } of findings)
    out.line(`${out.style(level === 'error' ? 'bad' : 'warn', level.padEnd(7))}  ${line}:${column}: ${message}`)
  for (const one of results.filter(result => !result.passed))
    out.line(`${out.style('bad', 'failed ')}  ${one.name}: ${one.message ?? ''}`)
  out.line(passed ? 'It may be published.' : 'It cannot be published as it is.')
}

function writeDiff({ out }: CommandContext, { diff, revision, against }: ReplyOf<'getMappingRevision'>): void {
  out.line(`revision ${revision}${against === null ? '' : ` beside ${against}`}`)
  for (const { mark, line } of diff)
    if (mark !== ' ') out.line(out.style(mark === '+' ? 'good' : 'bad', `${mark} ${line}`))
}

function writePublished({ out }: CommandContext, publication: ReplyOf<'publishMappings'>): void {
  out.value(publication)
  for (const { mapping, revision, previous } of publication.changes)
    out.line(`${mapping}: revision ${revision ?? 'none'} in place of ${previous ?? 'none'}`)
  out.line(`Publication ${publication.number}: in force everywhere within a second.`)
}

async function onePublication({ connect, out }: CommandContext, number: string): Promise<void> {
  const path = `/mapping-publications/${encodeURIComponent(number)}`
  const { replay, ...publication } = await connect().get('getMappingPublication', path)
  out.value({ ...publication, replay })
  const { kind, by, at, note, changes } = publication
  out.line(`${kind} by ${by} at ${at}${note === null ? '' : `: ${note}`}`)
  for (const { mapping, revision, previous } of changes)
    out.line(`${mapping}: revision ${revision ?? 'none'} in place of ${previous ?? 'none'}`)
  out.line(
    replay === null ? 'Nothing is replayed.' : `Replay ${replay.state}: ${replay.done} of ${replay.total} records.`,
  )
}

async function publications({ connect, out }: CommandContext): Promise<void> {
  const { items } = await connect().get('listMappingPublications', '/mapping-publications')
  out.value(items)
  out.table(
    [
      { title: 'PUBLICATION', align: 'right' },
      { title: 'AT' },
      { title: 'BY' },
      { title: 'KIND' },
      { title: 'CHANGES', max: 60 },
      { title: 'NOTE', max: 40 },
    ],
    items.map(({ number, at, by, kind, changes, note }) => [number, at, by, kind, changesText(changes), note]),
  )
}

function changesText(changes: ReplyOf<'publishMappings'>['changes']): string {
  const shown = changes.slice(0, 3).map(({ mapping, revision }) => `${mapping}@${revision ?? 'none'}`)
  return changes.length > shown.length
    ? `${shown.join(', ')} and ${changes.length - shown.length} more`
    : shown.join(', ')
}

async function revisions({ connect, out }: CommandContext, name: string): Promise<void> {
  const { items } = await connect().get('listMappingRevisions', `${pathOf(name)}/revisions`)
  out.value(items)
  out.table(
    [
      { title: 'REVISION', align: 'right' },
      { title: 'STATE' },
      { title: 'FROM' },
      { title: 'BY' },
      { title: 'CHANGED' },
      { title: 'PUBLISHED' },
      { title: 'NOTE', max: 40 },
    ],
    items.map(row => [row.revision, row.state, row.origin, row.createdBy, row.changedAt, row.publishedAt, row.note]),
  )
}
