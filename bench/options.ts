import { parseArgs } from 'node:util'

export const PARTS = ['receive', 'endToEnd', 'growth', 'backlog', 'link', 'shadow', 'identity'] as const
/** Run only when they are asked for: one compares two hubs, the other fills a database of its own. */
const ASKED_FOR: readonly Part[] = ['shadow', 'identity']
export type Part = (typeof PARTS)[number]

export interface Options {
  parts: readonly Part[]
  /** Length of each measured run. */
  seconds: number
  /** Golden records that growth is measured with. */
  goldens: number
  /** Events queued while the destinations are down. */
  backlogEvents: number
  /** Remote records of the system that is linked. */
  linkRecords: number
  /** Customers that records are resolved among. */
  customers: number
  json: boolean
  profile: boolean
}

export function readOptions(args = process.argv.slice(2)): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      seconds: { type: 'string' },
      goldens: { type: 'string' },
      backlog: { type: 'string' },
      records: { type: 'string' },
      customers: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  })
  const wanted = values.only?.split(',') ?? PARTS.filter(part => !ASKED_FOR.includes(part))
  const unknown = wanted.filter(name => !PARTS.some(part => part === name))
  if (unknown.length > 0) throw new Error(`--only takes ${PARTS.join(', ')}, found ${unknown.join(', ')}`)
  return {
    parts: PARTS.filter(part => wanted.includes(part)),
    seconds: number(values.seconds, values.quick ? 2 : 10),
    goldens: number(values.goldens, values.quick ? 2_000 : 1_000_000),
    backlogEvents: number(values.backlog, values.quick ? 500 : 100_000),
    linkRecords: number(values.records, values.quick ? 2_000 : 1_000_000),
    customers: number(values.customers, values.quick ? 2_000 : 1_000_000),
    json: values.json,
    profile: values.profile,
  }
}

function number(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new Error(`expected a number above 0, found ${text}`)
  return value
}
