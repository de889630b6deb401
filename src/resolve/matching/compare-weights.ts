import { sql } from 'kysely'
import type { Tx } from '#store/database.ts'
import { pairText } from '../pair-text.ts'
import { readNever } from '../rows.ts'
import type { Match, WeakEvidence } from './evidence.ts'
import { findMatches, type StoredRecord, storedToMatch } from './match.ts'
import type { MatchingSettings } from './settings.ts'

/** What weak evidence says of a record and a customer that it does not belong to. */
export interface Verdict {
  verdict: 'link' | 'ask' | 'nothing'
  /** Undefined where the evidence is below what is kept. */
  bits: number | undefined
}

/** A record and a customer of whom other weights say something else. */
export interface ChangedVerdict {
  system: string
  object: string
  remoteId: string
  goldenId: string
  otherId: string
  before: Verdict
  after: Verdict
}

/**
 * Looks at stored records by the settings in force and by others, newest records first, a page at a time: what would be linked or asked
 * that is not now, and what would not any more. Nothing is changed.
 */
export async function compareWeights(
  tx: Tx,
  [current, other]: readonly [MatchingSettings, MatchingSettings],
  { beforeId, limit }: { beforeId: string | undefined; limit: number },
): Promise<{ lastId: string | undefined; records: number; changed: ChangedVerdict[] }> {
  const { rows } = await sql<StoredRecord & { id: string }>`
    select m.id::text as id, m.system, m.object, m.remote_id, m.entity, m.features, m.keys::text[] as keys, o.golden_id from match_record m
    join remote_record o on o.system = m.system and o.object = m.object and o.remote_id = m.remote_id and o.golden_id is not null
    where ${beforeId ?? null}::bigint is null or m.id < ${beforeId ?? null}::bigint order by m.id desc limit ${limit}
  `.execute(tx)
  const batch = rows.map(storedToMatch)
  const [before, after] = [await findMatches(tx, batch, current), await findMatches(tx, batch, other)]
  const changed = rows.flatMap(({ system, object, remote_id: remoteId, golden_id: goldenId }, n) => {
    const [was, is] = [verdictsOf(before.evidence[n]), verdictsOf(after.evidence[n])]
    return [...new Set([...was.keys(), ...is.keys()])].flatMap(otherId => {
      const [one, two] = [was.get(otherId) ?? NOTHING, is.get(otherId) ?? NOTHING]
      if (one.verdict === two.verdict) return []
      return [{ system, object, remoteId, goldenId, otherId, before: one, after: two }]
    })
  })
  const never = await readNever(tx, [...new Set(changed.flatMap(({ goldenId, otherId }) => [goldenId, otherId]))])
  const forbidden = new Set(never.map(({ left, right }) => pairText(left, right)))
  return {
    lastId: rows.at(-1)?.id,
    records: rows.length,
    changed: changed.filter(({ goldenId, otherId }) => !forbidden.has(pairText(goldenId, otherId))),
  }
}

const NOTHING: Verdict = { verdict: 'nothing', bits: undefined }

function verdictsOf(
  { links, reviews }: Pick<WeakEvidence, 'links' | 'reviews'> = { links: new Map(), reviews: new Map() },
) {
  const as = (verdict: 'link' | 'ask', found: ReadonlyMap<string, Match>): [string, Verdict][] =>
    [...found].map(([id, { bits }]) => [id, { verdict, bits: Math.round(bits * 10) / 10 }])
  return new Map([...as('ask', reviews), ...as('link', links)])
}
