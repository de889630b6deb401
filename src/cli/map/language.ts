import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { MappingCheck, MappingSide } from '#mapping/language/check.ts'
import type { Json } from '#model/json.ts'
import { createContext } from '../context.ts'
import type { CommandContext } from '../context.ts'
import { chosen, onlyOne, type Opened, openMappings } from './folders.ts'
import type { SourceOptions } from './source-file.ts'

/** `map check`, `map format` and `map lineage`: what can be told of mappings without running them. */
export function addLanguageCommands(map: Command, environment: Environment, setExitCode: (code: number) => void): void {
  map
    .command('check')
    .description('find unknown fields, wrong types and fields that are always empty, without running anything')
    .argument('[names...]', 'parts of names, such as contact-form or salesforce/Contact.out')
    .option('--sample <file>', 'a record of the source as JSON, or an array of them: there are no other fields')
    .option('--schema <file>', 'JSON Schema of the source, or openapi.yaml#/components/schemas/NAME')
    .action(async (names: string[], options: SourceOptions, command) => {
      const context = createContext(command, environment)
      if (!(await check(context, names, options))) setExitCode(1)
    })
  map
    .command('format')
    .description('set lines and blanks of mapping files in one way; comments stay')
    .argument('[names...]', 'parts of names')
    .option('--check', 'change nothing, and fail when a file would change')
    .action(async (names: string[], options: { check?: boolean }, command) => {
      const context = createContext(command, environment)
      if (!(await format(context, names, options.check === true))) setExitCode(1)
    })
  map
    .command('lineage')
    .description('which fields of the source each field of the target is made of')
    .argument('<name>', 'such as salesforce/Contact.in')
    .action(async (name: string, _options, command) => {
      const context = createContext(command, environment)
      const opened = await openMappings(context)
      const [checked] = await checkAll(opened, [onlyOne(opened, name)], {})
      const fields = checked?.result.lineage ?? []
      context.out.value(fields)
      context.out.table(
        [{ title: 'FIELD' }, { title: 'MADE OF', max: 60 }, { title: 'DECIDED BY', max: 60 }],
        fields.map(field => [field.target, field.reads.join(', '), field.decidedBy.join(', ')]),
      )
    })
}

async function check(context: CommandContext, names: readonly string[], options: SourceOptions): Promise<boolean> {
  const { out } = context
  const opened = await openMappings(context)
  const checked = await checkAll(opened, chosen(opened, names), options)
  const findings = checked.flatMap(({ name, file, result }) =>
    result.findings.map(finding => ({ name, file, ...finding })),
  )
  const errors = findings.filter(finding => finding.level === 'error').length
  const isOk = errors === 0 && opened.problems.length === 0
  out.value({ ok: isOk, problems: opened.problems, findings })
  for (const problem of opened.problems) out.line(`${out.style('bad', 'error  ')}  ${problem}`)
  for (const { file, line = 1, column = 1, level, message } of findings)
    out.line(`${out.style(level === 'error' ? 'bad' : 'warn', level.padEnd(7))}  ${file}:${line}:${column}: ${message}`)
  out.line(`${checked.length} mappings, ${errors} errors, ${findings.length - errors} warnings.`)
  return isOk
}

async function checkAll({ library, config }: Opened, names: readonly string[], options: SourceOptions) {
  const [{ checkMapping }, { schemaOfSamples }, { fileCases }, { objectsOf }, { givenSchema }] = await Promise.all([
    import('#mapping/language/check.ts'),
    import('#mapping/language/flow/source.ts'),
    import('#console/mappings/files.ts'),
    import('#console/mappings/uses.ts'),
    import('./source-file.ts'),
  ])
  const given = givenSchema(options)
  const systems = objectsOf(config, library.names())
  return names.map((name): { name: string; file: string; result: MappingCheck } => {
    const source = library.get(name)?.source ?? ''
    // A case is read from JSON.
    const samples = fileCases(name, config.hub.mappingsDirs).map(one => one.input as Json)
    const sampled = samples.length === 0 ? undefined : schemaOfSamples(samples, false)
    const entity = config.routes.find(route => route.mapping === name)?.entity
    const side: MappingSide = name.endsWith('.out')
      ? { kind: 'outbound', entity, systems }
      : { kind: 'inbound', systems, schema: given ?? sampled, isSampled: given === undefined }
    return { name, file: library.file(name) ?? name, result: checkMapping(source, side, library.tables) }
  })
}

async function format(context: CommandContext, names: readonly string[], isCheck: boolean): Promise<boolean> {
  const { out } = context
  const opened = await openMappings(context)
  const { formatSource } = await import('#mapping/language/format/format.ts')
  const changed = chosen(opened, names).flatMap(name => {
    const mapping = opened.library.get(name)
    const file = opened.library.file(name)
    if (mapping === undefined || file === undefined) return []
    const text = formatSource(mapping.source)
    if (text === mapping.source) return []
    if (!isCheck) writeFileSync(file, text)
    return [file]
  })
  out.value({ ok: !isCheck || changed.length === 0, changed })
  for (const file of changed) out.line(`${isCheck ? 'would change' : 'changed'}  ${file}`)
  out.line(changed.length === 0 ? 'All mappings are formatted.' : `${changed.length} mappings.`)
  return !isCheck || changed.length === 0
}
