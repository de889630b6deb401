import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { ReplyOf } from '#console/handler.ts'
import { isJsonObject } from '#model/json.ts'
import { CliError } from '../cli-error.ts'
import { createContext } from '../context.ts'
import { addListOptions, type ListOptions, readList } from '../output/list.ts'
import { actOnMany } from '../flow/many.ts'
import { type Cell, shortTime } from '../output/output.ts'

type Review = ReplyOf<'listReviews'>['items'][number]

interface FilterOptions {
  kind?: string
  entity?: string
  bitsMin?: string
  bitsMax?: string
}

const VERDICTS: readonly string[] = ['merge', 'never', 'dismiss']

/** `customer reviews`, `decide` and `decide-all`: questions to people, and their answers. */
export function addReviewCommands(customer: Command, environment: Environment): void {
  addFilter(
    addListOptions(customer.command('reviews').description('pairs that a person must look at, next best first')),
  )
    .option('--state <state>', 'open (default), merged, never or dismissed', 'open')
    .option('--newest', 'newest first')
    .action(async (options: ListOptions & FilterOptions & { state: string; newest?: boolean }, command) => {
      const { connect, out } = createContext(command, environment)
      const client = connect()
      const query = { state: options.state, order: options.newest === true ? 'newest' : 'next', ...filterOf(options) }
      const { items, more } = await readList(options, cursor =>
        client.get('listReviews', '/reviews', { ...query, ...cursor }),
      )
      out.value(items)
      out.table(
        ['REVIEW', 'QUESTION', 'BITS', 'ONE', 'OTHER', 'EVIDENCE', 'SINCE'].map(title => ({ title, max: 60 })),
        items.map((row): Cell[] => [
          row.id,
          row.kind,
          row.bits,
          row.leftId,
          row.rightId,
          evidenceOf(row),
          shortTime(row.openedAt),
        ]),
      )
      if (more) out.line(out.style('dim', 'There is more: --limit or --all.'))
    })
  customer
    .command('decide <review> <verdict>')
    .description('answer an open review: merge, never or dismiss')
    .action(async (id: string, verdict: string, _options, command) => {
      const { connect, out } = createContext(command, environment)
      checkVerdict(verdict)
      const done = await connect().post('decideReview', `/reviews/${encodeURIComponent(id)}/decide`, { verdict })
      out.value(done)
      out.line(done.mergeId === undefined ? 'Decided.' : `Merged. To undo: patchbay customer unmerge ${done.mergeId}`)
    })
  addFilter(
    customer
      .command('decide-all <verdict>')
      .description('answer many open reviews alike, such as those from 2 bits on'),
  )
    .option('--dry-run', 'only show')
    .option('--yes', 'do not ask')
    .action(async (verdict: string, options: FilterOptions & { dryRun?: boolean }, command) => {
      checkVerdict(verdict)
      const context = createContext(command, environment)
      const filter = filterOf(options)
      if (Object.keys(filter).length === 0) throw new CliError('say which reviews: such as --bits-min 2')
      const act = { path: '/reviews/decide', noun: 'reviews', verb: `Answer "${verdict}" to`, body: { verdict } }
      await actOnMany(
        context,
        context.connect(),
        act,
        filter,
        sample =>
          context.out.table(
            ['REVIEW', 'QUESTION', 'BITS', 'ONE', 'OTHER'].map(title => ({ title, max: 40 })),
            sample
              .filter(isJsonObject)
              .map(row => ['id', 'kind', 'bits', 'leftId', 'rightId'].map((name): Cell => cell(row[name]))),
          ),
        options.dryRun === true,
      )
    })
}

function addFilter(command: Command): Command {
  return command
    .option('--kind <kind>', 'such as possible_match')
    .option('--entity <entity>', 'person or account')
    .option('--bits-min <bits>', 'possible matches of such odds or more (the logarithm)')
    .option('--bits-max <bits>')
}

function filterOf({ kind, entity, bitsMin, bitsMax }: FilterOptions): Record<string, string | number> {
  const given = Object.entries({ kind, entity, bitsMin: numberOf(bitsMin), bitsMax: numberOf(bitsMax) })
  return Object.fromEntries(given.filter((entry): entry is [string, string | number] => entry[1] !== undefined))
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!Number.isFinite(Number(text))) throw new CliError(`"${text}": expected a number`)
  return Number(text)
}

function checkVerdict(verdict: string): void {
  if (!VERDICTS.includes(verdict)) throw new CliError('the verdict is merge, never or dismiss')
}

/** A key by its value, a possible match by what was compared. */
function evidenceOf({ evidence, findings }: Review): string {
  if (findings.length === 0) return JSON.stringify(evidence)
  return findings.map(({ comparison, level }) => `${comparison} ${level}`).join(', ')
}

function cell(value: unknown): Cell {
  return typeof value === 'string' || typeof value === 'number' ? value : null
}
