import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { ReplyOf } from '#console/handler.ts'
import { CliError } from '../cli-error.ts'
import type { Client } from '../client.ts'
import { createContext } from '../context.ts'
import type { CommandContext } from '../context.ts'
import { followPlan, writeCounts, writeSamples } from '../output/plan-report.ts'

type Plan = ReplyOf<'getMappingPlan'>

interface PlanOptions {
  last?: string
  all?: boolean
  draft?: string
  in?: boolean
}

interface ApplyOptions extends PlanOptions {
  note?: string
  replay?: boolean
  yes?: boolean
}

const LAST_DEFAULT = 1000

/** `map plan` and `map apply`: what a draft would change, before and as it is published. */
export function addPlanCommands(map: Command, environment: Environment, setExitCode: (code: number) => void): void {
  withPlanOptions(
    map.command('plan').description('run a draft beside the mapping in force, and show what would change'),
  ).action(async (place: string, options: PlanOptions, command) => {
    const context = createContext(command, environment)
    const plan = await makePlan(context, context.connect(), place, options)
    context.out.value(plan)
    writePlan(context, plan)
    if (plan.state !== 'done') setExitCode(1)
  })
  withPlanOptions(map.command('apply').description('plan a draft, ask, and publish it'))
    .option('--note <text>', 'what it is for')
    .option('--replay', 'map what is stored again, and deliver what differs')
    .option('--yes', 'do not ask')
    .action(async (place: string, options: ApplyOptions, command) => {
      const context = createContext(command, environment)
      if (!(await apply(context, place, options))) setExitCode(1)
    })
}

function withPlanOptions(command: Command): Command {
  return command
    .argument('<system/object>', 'such as crm/contact')
    .option('--in', 'the inbound mapping, over stored events; without it the outbound one, over golden records')
    .option('--last <number>', `only the newest records (${LAST_DEFAULT})`)
    .option('--all', 'all of them')
    .option('--draft <file>', 'a text that is not saved yet; without it the saved draft')
}

async function apply(context: CommandContext, place: string, options: ApplyOptions): Promise<boolean> {
  const { out } = context
  const client = context.connect()
  const plan = await makePlan(context, client, place, options)
  writePlan(context, plan)
  const isWanted = plan.state === 'done' && (await context.confirm(`Publish ${plan.mapping}?`))
  if (!isWanted) {
    out.value({ plan, publication: null })
    return plan.state === 'done'
  }
  const { note, replay = false } = options
  const source = readDraft(options)
  if (source !== undefined) await client.put('saveMappingDraft', `/mappings/${plan.mapping}/draft`, { source, note })
  const body = { mappings: [plan.mapping], note, replay }
  const publication = await client.post('publishMappings', '/mapping-publications', body)
  out.value({ plan, publication })
  out.line(
    `Publication ${publication.number}: in force everywhere within a second${replay ? ', and what is stored is mapped again' : ''}.`,
  )
  return true
}

async function makePlan(context: CommandContext, client: Client, place: string, options: PlanOptions): Promise<Plan> {
  const [system, object, ...rest] = place.split('/')
  if (system === undefined || object === undefined || object === '' || rest.length > 0)
    throw new CliError(`"${place}": expected a system and an object, such as crm/contact`)
  const last = options.all === true ? undefined : Number(options.last ?? LAST_DEFAULT)
  const direction = options.in === true ? 'in' : 'out'
  const started = await client.post('startMappingPlan', '/mapping-plans', {
    system,
    object,
    direction,
    last,
    source: readDraft(options),
  })
  const path = `/mapping-plans/${started.id}`
  return await followPlan(context.out, started, {
    read: () => client.get('getMappingPlan', path),
    cancel: () => client.delete('cancelMappingPlan', path),
  })
}

function readDraft({ draft }: PlanOptions): string | undefined {
  if (draft === undefined) return undefined
  try {
    return readFileSync(resolve(draft), 'utf8')
  } catch (error) {
    throw new CliError(`${draft}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function writePlan({ out }: CommandContext, plan: Plan): void {
  writeCounts(out, plan.mapping, plan)
  if (plan.mapping.endsWith('.out')) out.line(`Would be sent: ${plan.creates} creates, ${plan.updates} updates.`)
  if (plan.newFailures > 0) out.line(out.style('bad', `${plan.newFailures} records would fail that do not now.`))
  if (plan.endedFailures > 0) out.line(out.style('good', `${plan.endedFailures} records would not fail any more.`))
  for (const { id, failure } of plan.failures.slice(0, 5)) out.line(`  ${id}  ${failure ?? ''}`)
  writeSamples(out, plan)
}
