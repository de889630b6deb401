import type { ReplyOf } from '#console/handler.ts'
import type { Output } from '../output/output.ts'

type Reasons = ReplyOf<'explainPair'>

const SAYS: Readonly<Record<Reasons['reasons'][number], string>> = {
  never: 'A person said that they are never the same: nothing merges them (customer never --lift takes it back).',
  different_entity: 'They are not of one kind.',
  keys_contradict: 'Each states another value of a key of which a customer has only one.',
  no_shared_key: 'They share no strong key.',
  matching_off:
    'Nothing else is looked at: the policy compares no records (policy.matching), or they have none that could be compared.',
  no_shared_block: 'They are never compared: there is nothing that both could be found by.',
  too_many_records:
    'Together they would have more records than a customer may get by weak evidence (clusterRecordsMax).',
  below_review: 'What they say agrees too little to ask a person.',
  asked: 'What they say agrees enough to ask a person, and not enough to link them.',
  would_link:
    'What they say agrees enough to link them, unless something above stands against it, or a third customer fits as well (customer reviews).',
}

/** What speaks for and against two customers being one. */
export function writePairReasons(out: Output, pair: Reasons): void {
  for (const reason of pair.reasons) out.line(SAYS[reason])
  for (const { kind, evidence } of pair.sharedKeys) out.line(`Both state the ${kind} ${String(evidence[kind])}.`)
  if (pair.contradiction !== null) {
    const { kind, evidence } = pair.contradiction
    out.line(`Their ${kind}: ${Object.values(evidence).flat().join(' against ')}.`)
  }
  if (pair.blocks.length > 0)
    out.table(
      [{ title: 'FOUND BY' }, { title: 'THE TWO MEET' }],
      pair.blocks.map(({ of, isShared }) => [of, isShared ? 'yes' : 'no']),
    )
  if (pair.bits === null) return
  out.line(`\n${pair.bits} bits; linked from ${pair.linkBits}, asked from ${pair.reviewBits}. Weights: ${pair.model}.`)
  out.line(`What else would explain it best: ${pair.against}.`)
  out.table(
    ['COMPARED', 'CAME OUT', 'BITS', 'VALUES'].map(title => ({ title, max: 60 })),
    pair.findings.map(row => [row.comparison, row.level, row.bits, Object.values(row.evidence).flat().join(' | ')]),
  )
}
