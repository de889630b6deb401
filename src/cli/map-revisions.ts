import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { ReplyOf } from '#console/handler.ts'
import { CliError } from './cli-error.ts'
import { createContext } from './context.ts'
import type { CommandContext } from './context.ts'

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
    .option('--note <text>', 'what it is for')
    .action(async (name: string, file: string, options: { note?: string }, command) => {
      const context = createContext(command, environment)
      const client = context.connect()
      const source = readFileSync(resolve(file), 'utf8')
      const draft = await client.put('saveMappingDraft', `${pathOf(name)}/draft`, { source, note: options.note })
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
    .action(async (name: string | undefined, _options, command) => {
      const context = createContext(command, environment)
      await (name === undefined ? publications(context) : revisions(context, name))
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
    .description('write published mappings back into files')
    .argument('[names...]', 'parts of names; without them those that were published by people')
    .option('--to <folder>', 'the mappings folder', 'mappings')
    .action(async (names: string[], options: { to: string }, command) => {
      const context = createContext(command, environment)
      const written = await exportMappings(context, names, resolve(options.to))
      context.out.value({ files: written })
      for (const file of written) context.out.line(file)
      context.out.line(`${written.length} files written. When a hub starts with them, they are its base again.`)
    })
}

/** `/mappings/crm/contact.out` */
function pathOf(name: string): string {
  const [folder, mapping, ...rest] = name.split('/')
  if (folder === undefined || mapping === undefined || rest.length > 0 || !/\.(in|out)$/.test(mapping))
    throw new CliError(`"${name}": expected a folder and a mapping, such as crm/contact.out`)
  return `/mappings/${encodeURIComponent(folder)}/${encodeURIComponent(mapping)}`
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

async function exportMappings(
  { connect }: CommandContext,
  names: readonly string[],
  folder: string,
): Promise<string[]> {
  const client = connect()
  const { items } = await client.get('listMappings', '/mappings')
  const written: string[] = []
  for (const { name, revision } of items) {
    if (revision === null || (names.length > 0 && !names.some(part => name.includes(part)))) continue
    const found = await client.get('getMappingRevision', `${pathOf(name)}/revisions/${revision}`)
    if (names.length === 0 && found.origin === 'file') continue
    const file = join(folder, `${name}.jsonata`)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, found.source)
    written.push(file)
  }
  return written
}
