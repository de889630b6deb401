import type { Ids } from '#model/ids.ts'
import type { Tx } from '#store/database.ts'
import { keyId } from '../group.ts'
import { type Owners, remoteText, type WorkItem } from '../rows.ts'
import { type Placed, storeDecisions } from './decisions.ts'
import type { WeakEvidence } from './evidence.ts'
import { findMatches } from './match.ts'
import { type MatchRecord, matchRecord, storeMatchRecords } from './records.ts'
import type { MatchingSettings } from './settings.ts'
import type { ToMatch } from './weigh.ts'

/** The batch as matching sees it; indexes are those of the batch's items. */
export interface MatchedBatch {
  records: Map<number, MatchRecord>
  evidence: Map<number, WeakEvidence>
  conflicts: ReadonlySet<string>
}

/** Looks for weak evidence of all persons and accounts of a batch. */
export async function matchBatch(
  tx: Tx,
  items: readonly WorkItem[],
  owners: Owners,
  keysOf: (item: WorkItem) => readonly { kind: string; value: string }[],
  settings: MatchingSettings,
): Promise<MatchedBatch> {
  const ownerOf = new Map(owners.keys.map(key => [keyId(key.entity, key), key.goldenId]))
  const batch: (ToMatch & { index: number })[] = []
  for (const [index, item] of items.entries()) {
    const record = matchRecord(item)
    if (record === undefined) continue
    const ownerIds = keysOf(item).flatMap(key => ownerOf.get(keyId(item.entity, key)) ?? [])
    batch.push({
      index,
      record,
      ownerIds,
      goldenId: owners.remotes.get(remoteText(item.system, item.object, item.remoteId))?.goldenId,
    })
  }
  const { evidence, conflicts } = await findMatches(tx, batch, settings)
  const indexOf = (n: number): number => batch[n]?.index ?? -1
  return {
    records: new Map(batch.map(({ index, record }) => [index, record])),
    evidence: new Map(evidence.map((found, n) => [indexOf(n), reindexed(found, indexOf)])),
    conflicts,
  }
}

function reindexed(evidence: WeakEvidence, indexOf: (n: number) => number): WeakEvidence {
  return {
    ...evidence,
    peers: new Map([...evidence.peers].map(([n, match]) => [indexOf(n), match])),
    doubtedPeers: new Set([...evidence.doubtedPeers].map(indexOf)),
  }
}

/** Stores the batch's records for later ones to be compared with, and what was decided. Returns the questions that were raised. */
export async function storeMatched(
  tx: Tx,
  { records, evidence }: MatchedBatch,
  goldenOf: (index: number) => string,
  nowOf: (goldenId: string) => string,
  settings: MatchingSettings,
  ids: Ids,
): Promise<number> {
  await storeMatchRecords(tx, [...records.values()])
  const placed: Placed[] = []
  for (const [index, record] of records) {
    const found = evidence.get(index)
    if (found !== undefined)
      placed[index] = { record, evidence: found, goldenId: goldenOf(index), entity: record.entity }
  }
  return await storeDecisions(tx, placed, nowOf, settings, ids)
}
