import type { Command } from 'commander'
import type { ReplyOf } from '#console/handler.ts'
import type { Client } from '../client.ts'
import { CliError } from '../cli-error.ts'
import type { AddCommand } from '../command.ts'
import { type CommandContext, createContext } from '../context.ts'
import { type Output, shortTime } from '../output/output.ts'

type Model = ReplyOf<'getMatchingModel'>
type Plan = ReplyOf<'planMatchingModel'>
interface PlanOptions {
  records: string
}

const LEVELS_SHOWN_MAX = 12

export const addIdentityCommand: AddCommand = (program, environment) => {
  const identity = program.command('identity').description('the weights that records are compared by')
  identity
    .command('models')
    .description('weights that were estimated from the hub’s records, and which are in force')
    .action(async (_options, command) => {
      const { connect, out } = createContext(command, environment)
      const models = await connect().get('listMatchingModels', '/matching-models')
      out.value(models)
      out.table(
        ['NUMBER', 'NAME', 'PAIRS', 'BY', 'TRAINED', 'IN FORCE'].map(title => ({ title, max: 40 })),
        models.items.map(row => [
          row.number,
          row.name,
          row.pairs,
          row.trainedBy,
          shortTime(row.trainedAt),
          row.inForce ? 'yes' : '',
        ]),
      )
      if (models.file !== null) out.line(`patchbay.yaml names a file of weights, which is in force: ${models.file}`)
    })
  withRecords(
    identity.command('train').description('estimate weights from the hub’s records, and show what would change'),
  ).action(async (options: PlanOptions, command) => {
    const { connect, out } = createContext(command, environment)
    const client = connect()
    const model = await client.post('trainMatchingModel', '/matching-models')
    writeModel(out, model)
    const plan = await makePlan(client, model.number, options)
    writePlan(out, plan)
    out.value({ model, plan })
    out.line(`\nNothing was changed. To put them in force: patchbay identity apply ${model.number}`)
  })
  withRecords(
    identity
      .command('plan <number>')
      .description('what would change if these weights were applied; 0: the built-in ones'),
  ).action(async (number: string, options: PlanOptions, command) => {
    const { connect, out } = createContext(command, environment)
    const plan = await makePlan(connect(), numberOf(number), options)
    out.value(plan)
    writePlan(out, plan)
  })
  withRecords(identity.command('apply <number>').description('plan, ask, and put these weights in force everywhere'))
    .option('--yes', 'do not ask')
    .action(async (number: string, options: PlanOptions, command: Command) =>
      apply(createContext(command, environment), numberOf(number), options),
    )
}

function withRecords(command: Command): Command {
  return command.option('--records <number>', 'how many of the newest records the plan looks at', '1000')
}

async function apply(context: CommandContext, number: number, options: PlanOptions): Promise<void> {
  const { out, connect, confirm } = context
  const client = connect()
  const plan = await makePlan(client, number, options)
  writePlan(out, plan)
  if (!(await confirm(`Put ${number === 0 ? 'the built-in weights' : `the weights ${number}`} in force?`))) {
    out.value({ plan, applied: null })
    return
  }
  const applied = await client.post('applyMatchingModel', `/matching-models/${number}/apply`)
  out.value({ plan, applied })
  out.line('In force everywhere within a second; all customers are looked at once more, behind live work.')
}

async function makePlan(client: Client, number: number, { records }: PlanOptions): Promise<Plan> {
  return await client.post('planMatchingModel', `/matching-models/${number}/plan`, { records: numberOf(records) })
}

function numberOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new CliError(`"${text}": expected a number`)
  return Number(text)
}

/** The levels whose weight moved most. */
function writeModel(out: Output, model: Model): void {
  out.line(`Weights ${model.number}, from ${model.pairs} pairs of records:`)
  const moved = model.levels
    .map(level => ({ ...level, by: Math.abs(level.bits - level.bitsInForce) }))
    .filter(({ by }) => by > 0)
    .sort((a, b) => b.by - a.by)
  out.table(
    [
      { title: 'COMPARISON' },
      { title: 'LEVEL' },
      { title: 'BITS NOW', align: 'right' },
      { title: 'THEN', align: 'right' },
    ],
    moved.slice(0, LEVELS_SHOWN_MAX).map(row => [row.comparison, row.level, row.bitsInForce, row.bits]),
  )
}

function writePlan(out: Output, plan: Plan): void {
  out.line(`\nOf the newest ${plan.records} records (of ${plan.total}):`)
  out.line(
    `${plan.merges} pairs of customers would be merged that are not now, ${plan.questions} would become questions.`,
  )
  out.line(
    `${plan.endedMerges} would not be merged any more, ${plan.endedQuestions} not be asked; what is merged stays.`,
  )
  if (plan.samples.length === 0) return
  const verdict = ({ verdict: name, bits }: Plan['samples'][number]['before']): string =>
    bits === null ? name : `${name} (${bits})`
  out.table(
    ['RECORD', 'CUSTOMER', 'OTHER', 'NOW', 'THEN'].map(title => ({ title, max: 40 })),
    plan.samples.map(row => [
      `${row.system}/${row.object} ${row.remoteId}`,
      row.goldenId,
      row.otherId,
      verdict(row.before),
      verdict(row.after),
    ]),
  )
}
