import { usesOf } from '#console/mappings/uses.ts'
import { CliError } from '../cli-error.ts'
import { createContext } from '../context.ts'
import type { CommandContext } from '../context.ts'
import { addLanguageCommands } from './language.ts'
import { addPlanCommands } from './plan.ts'
import { addRevisionCommands } from './revisions.ts'
import { openMappings } from './folders.ts'
import { addTableCommand } from './table.ts'
import { addTrialCommand } from './trial.ts'
import type { AddCommand } from '../command.ts'

/** Mappings are files: these commands read them and need no running hub. */
export const addMapCommand: AddCommand = (program, environment, setExitCode) => {
  const map = program.command('map').description('mappings: list, test, check, format, publish and plan them')
  addLanguageCommands(map, environment, setExitCode)
  addRevisionCommands(map, environment)
  addTableCommand(map, environment)
  addTrialCommand(map, environment, setExitCode)
  addPlanCommands(map, environment, setExitCode)
  map
    .command('test')
    .description('run the cases beside the mappings')
    .argument('[names...]', 'parts of names, such as contact-form or salesforce/Contact.out')
    .action(async (names: string[], _options, command) => {
      const context = createContext(command, environment)
      if (!(await test(context, names))) setExitCode(1)
    })
  map
    .command('list')
    .description('mappings and what uses them')
    .action(async (_options, command) => {
      const context = createContext(command, environment)
      const { config, catalogue } = await openMappings(context)
      const rows = catalogue
        .names()
        .map(name => ({ name, cases: catalogue.cases(name).length, usedBy: usesOf(config, name).map(use => use.by) }))
      context.out.value(rows)
      context.out.table(
        [{ title: 'MAPPING' }, { title: 'CASES', align: 'right' }, { title: 'USED BY', max: 60 }],
        rows.map(row => [row.name, row.cases, row.usedBy.join(', ')]),
      )
    })
}

async function test(context: CommandContext, names: readonly string[]): Promise<boolean> {
  const { out } = context
  const { catalogue, problems } = await openMappings(context)
  const chosen = catalogue.names().filter(name => names.length === 0 || names.some(part => name.includes(part)))
  if (chosen.length === 0 && problems.length === 0) throw new CliError(`no mapping is named like ${names.join(' or ')}`)
  const results = chosen.map(name => ({ mapping: name, cases: catalogue.runCases(name) }))
  const failed = results.flatMap(({ mapping, cases }) =>
    cases.filter(one => !one.passed).map(one => ({ mapping, ...one })),
  )
  const count = results.reduce((sum, { cases }) => sum + cases.length, 0)
  out.value({ ok: failed.length === 0 && problems.length === 0, cases: count, problems, results })
  for (const problem of problems) out.line(`${out.style('bad', 'broken')}  ${problem}`)
  for (const { mapping, cases } of results) {
    if (cases.length === 0) out.line(`${out.style('warn', 'none  ')}  ${mapping}: no cases`)
    else if (cases.every(one => one.passed)) out.line(`${out.style('good', 'passed')}  ${mapping}: ${cases.length}`)
  }
  for (const { mapping, name, message } of failed) {
    out.line(`${out.style('bad', 'failed')}  ${mapping}: ${name}`)
    out.line(`        ${message ?? ''}`)
  }
  out.line()
  out.line(`${count - failed.length} of ${count} cases passed in ${results.length} mappings.`)
  return failed.length === 0 && problems.length === 0
}
