import type { Command } from 'commander'
import type { ReplyOf } from '#console/handler.ts'
import { CliError } from '../cli-error.ts'
import type { Client } from '../client.ts'
import type { AddCommand } from '../command.ts'
import { type CommandContext, createContext } from '../context.ts'
import { type Output, shortTime } from '../output/output.ts'
import { followPlan, writeCounts, writeSamples } from '../output/plan-report.ts'

type Plan = ReplyOf<'getPolicyPlan'>
interface PlanOptions {
  last?: string
}

/** `policy`: survivorship, priorities, keys and thresholds of patchbay.yaml, planned before they are put in force. */
export const addPolicyCommand: AddCommand = (program, environment, setExitCode) => {
  const policy = program.command('policy').description('how records become customers: what is in force, plan, apply')
  policy
    .command('show')
    .description('the policy in force, and what patchbay.yaml says otherwise')
    .action(async (_options, command) => {
      const { connect, out } = createContext(command, environment)
      const shown = await connect().get('getPolicy', '/policy')
      out.value(shown)
      out.line(`Policy ${shown.number}, applied at ${shortTime(shown.appliedAt)} by ${shown.appliedBy ?? '-'}:`)
      out.line(JSON.stringify(shown.content, undefined, 2))
      writeChanges(out, shown.changes)
      if (shown.message !== null) out.line(out.style('bad', shown.message))
    })
  withLast(
    policy.command('plan').description('compute customers by the policy of patchbay.yaml, and show what would change'),
  ).action(async (options: PlanOptions, command) => {
    const context = createContext(command, environment)
    const plan = await makePlan(context, context.connect(), options)
    context.out.value(plan)
    if (plan.state !== 'done') setExitCode(1)
  })
  withLast(policy.command('apply').description('plan, ask, and put the policy of patchbay.yaml in force everywhere'))
    .option('--yes', 'do not ask')
    .action(async (options: PlanOptions, command: Command) => {
      if (!(await apply(createContext(command, environment), options))) setExitCode(1)
    })
}

function withLast(command: Command): Command {
  return command.option('--last <number>', 'only the newest golden records; without it all')
}

async function makePlan({ out }: CommandContext, client: Client, { last }: PlanOptions): Promise<Plan> {
  if (last !== undefined && !/^[1-9]\d{0,8}$/.test(last)) throw new CliError(`--last ${last}: expected a number`)
  const started = await client.post(
    'startPolicyPlan',
    '/policy-plans',
    last === undefined ? {} : { last: Number(last) },
  )
  const path = `/policy-plans/${started.id}`
  const plan = await followPlan(out, started, {
    read: () => client.get('getPolicyPlan', path),
    cancel: () => client.delete('cancelPolicyPlan', path),
  })
  writeChanges(out, plan.changes)
  writeCounts(out, '\nGolden records', plan)
  writeSamples(out, plan)
  if (plan.matching !== null) {
    const { records, merges, questions, endedMerges, endedQuestions } = plan.matching
    out.line(
      `\nBy evidence, of the newest ${records} records: ${merges} pairs of customers would be merged that are not`,
    )
    out.line(
      `now, ${questions} be asked about; ${endedMerges} would not be merged any more, ${endedQuestions} not be asked.`,
    )
  }
  return plan
}

async function apply(context: CommandContext, options: PlanOptions): Promise<boolean> {
  const { out, connect, confirm } = context
  const client = connect()
  const plan = await makePlan(context, client, options)
  const isWanted = plan.state === 'done' && (await confirm('Put this policy in force?'))
  if (!isWanted) {
    out.value({ plan, applied: null })
    return plan.state === 'done'
  }
  const applied = await client.post('applyPolicy', '/policy/apply')
  out.value({ plan, applied })
  out.line(
    'In force everywhere within a second; all customers are computed again, behind live work ("patchbay status").',
  )
  return true
}

function writeChanges(out: Output, changes: readonly string[]): void {
  out.line(changes.length === 0 ? 'patchbay.yaml says the same.' : 'patchbay.yaml says otherwise:')
  for (const change of changes) out.line(`  ${change}`)
}
