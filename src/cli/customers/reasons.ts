import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { ReplyOf } from '#console/handler.ts'
import { createContext } from '../context.ts'
import { writePairReasons } from './pair-reasons.ts'
import { type Output, shortTime } from '../output/output.ts'

type Reasons = ReplyOf<'explainCustomer'>

/** `customer explain` and `customer statistics`: why records are one customer, and how many are. */
export function addCustomerReasons(customer: Command, environment: Environment): void {
  customer
    .command('explain <id> [other]')
    .description('why the records of a customer are one; of two customers, why they are not')
    .action(async (id: string, other: string | undefined, _options, command) => {
      const { connect, out } = createContext(command, environment)
      if (other !== undefined) {
        const path = `/golden-records/${encodeURIComponent(id)}/reasons/${encodeURIComponent(other)}`
        const pair = await connect().get('explainPair', path)
        out.value(pair)
        writePairReasons(out, pair)
        return
      }
      const reasons = await connect().get('explainCustomer', `/golden-records/${encodeURIComponent(id)}/reasons`)
      out.value(reasons)
      writeReasons(out, reasons)
    })
  customer
    .command('statistics')
    .description('duplicates by source, merges by rule, questions by state')
    .action(async (_options, command) => {
      const { connect, out } = createContext(command, environment)
      const { sources, merges, reviews } = await connect().get('getIdentityStatistics', '/identity-statistics')
      out.value({ sources, merges, reviews })
      out.table(
        ['SOURCE', 'RECORDS', 'CUSTOMERS', 'DUPLICATES'].map(title => ({ title })),
        sources.map(row => [`${row.system}/${row.object}`, row.records, row.customers, row.duplicates]),
      )
      out.line()
      out.table(
        ['MERGED BY', 'ENTITY', 'MERGED', 'UNDONE'].map(title => ({ title })),
        merges.map(row => [row.rule, row.entity, row.merged, row.undone]),
      )
      out.line()
      out.table(
        ['QUESTION', 'ENTITY', 'STATE', 'COUNT'].map(title => ({ title })),
        reviews.map(row => [row.kind, row.entity, row.state, row.count]),
      )
    })
}

function writeReasons(out: Output, { keys, matches, merges }: Reasons): void {
  for (const { kind, evidence, records } of keys)
    out.line(`${records.map(nameOf).join(', ')} state the same ${kind}: ${String(evidence[kind])}`)
  for (const match of matches) {
    const odds = Math.round(2 ** match.bits).toLocaleString('en')
    out.line(
      `\n${nameOf(match)} was linked by weak evidence at ${shortTime(match.decidedAt)}: ${match.bits} bits, odds of ${odds} to 1.`,
    )
    out.line(`What else would explain it best: ${match.against}. Weights: ${match.model}.`)
    out.table(
      ['COMPARED', 'CAME OUT', 'BITS', 'VALUES'].map(title => ({ title, max: 60 })),
      match.findings.map(row => [row.comparison, row.level, row.bits, Object.values(row.evidence).flat().join(' | ')]),
    )
  }
  if (merges.length > 0) out.line()
  for (const { id, loserId, cause, mergedAt } of merges)
    out.line(
      `${loserId} was merged into it at ${shortTime(mergedAt)} by ${cause}; to undo: patchbay customer unmerge ${id}`,
    )
  if (keys.length + matches.length + merges.length === 0)
    out.line('It has one record, or none: nothing was brought together.')
}

function nameOf({ system, object, remoteId }: { system: string; object: string; remoteId: string }): string {
  return `${system}/${object} ${remoteId}`
}
