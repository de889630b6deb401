import { statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { Certificates } from '#observe/certificates.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Db } from '#store/database.ts'

/** What one process says of itself; stored, since another process may be the one that looks. */
export interface HealthFact {
  host: string
  /** Of the disk under the data folder. */
  diskFreeShare: number | undefined
  diskFreeBytes: number | undefined
  /** How long the last statements that commit took: the median, and of how many. */
  databaseMs: number | undefined
  /** Requests answered 503 in the last minutes, by system. */
  unanswered: Readonly<Record<string, number>>
  /** TLS certificates that it saw and that end soon. */
  certificates: readonly { system: string; host: string; endsAtMs: number }[]
}

/** A report that is older is of a process that is gone. */
const FRESH_MS = 60_000
const SAMPLES_KEPT = 5
const UNANSWERED_WITHIN_MS = 5 * 60_000
const ENDS_SOON_MS = 30 * 24 * 60 * 60_000

export interface HealthReporter {
  report(nowMs: number): Promise<void>
}

/** Writes down, at every look, what only this process can see. The time that the writing takes is one of those facts. */
export function createHealthReporter(
  parts: {
    db: Db
    metrics: Pick<Metrics, 'registry'>
    certificates: Pick<Certificates, 'all'>
    processId: string
    dataDir: string
  },
  freeDisk: (folder: string) => Promise<{ share: number; bytes: number } | undefined> = readFreeDisk,
): HealthReporter {
  const { db, metrics, certificates, processId: process, dataDir } = parts
  const databaseMs: number[] = []
  const refusals: { atMs: number; counts: ReadonlyMap<string, number> }[] = []

  return {
    async report(nowMs) {
      refusals.push({ atMs: nowMs, counts: await readUnanswered(metrics) })
      while (refusals.length > 1 && (refusals[0]?.atMs ?? nowMs) < nowMs - UNANSWERED_WITHIN_MS) refusals.shift()
      const disk = await freeDisk(dataDir)
      const report = JSON.stringify({
        ...(disk && { diskFreeShare: disk.share, diskFreeBytes: disk.bytes }),
        ...(databaseMs.length === SAMPLES_KEPT && { databaseMs: medianOf(databaseMs) }),
        unanswered: grownBy(refusals[0]?.counts, refusals.at(-1)?.counts),
        certificates: certificates.all().filter(({ endsAtMs }) => endsAtMs < nowMs + ENDS_SOON_MS),
      })
      const at = new Date(nowMs)
      const startedMs = performance.now()
      await db
        .insertInto('process_health')
        .values({ process, host: hostname(), at, report })
        .onConflict(conflict => conflict.column('process').doUpdateSet({ at, report }))
        .execute()
      databaseMs.push(performance.now() - startedMs)
      if (databaseMs.length > SAMPLES_KEPT) databaseMs.shift()
    },
  }
}

async function readFreeDisk(folder: string): Promise<{ share: number; bytes: number } | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { share: bavail / blocks, bytes: bavail * bsize }
  } catch {
    return undefined
  }
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function readUnanswered({ registry }: Pick<Metrics, 'registry'>): Promise<Map<string, number>> {
  const counted = await registry.getSingleMetric('patchbay_requests_total')?.get()
  return new Map(
    counted?.values.flatMap(({ labels, value }) =>
      labels.result === '503' ? [[String(labels.system), value] as const] : [],
    ),
  )
}

function grownBy(before: ReadonlyMap<string, number> = new Map(), after: ReadonlyMap<string, number> = new Map()) {
  const grown = [...after].map(([system, count]) => [system, count - (before.get(system) ?? 0)] as const)
  return Object.fromEntries(grown.filter(([, count]) => count > 0))
}

export async function readHealth(db: Db, nowMs: number): Promise<HealthFact[]> {
  const rows = await db
    .selectFrom('process_health')
    .select(['host', 'report'])
    .where('at', '>', new Date(nowMs - FRESH_MS))
    .execute()
  await db
    .deleteFrom('process_health')
    .where('at', '<', new Date(nowMs - 60 * FRESH_MS))
    .execute()
  return rows.map(({ host, report }) => ({
    host,
    diskFreeShare: numberOf(report.diskFreeShare),
    diskFreeBytes: numberOf(report.diskFreeBytes),
    databaseMs: numberOf(report.databaseMs),
    unanswered: countsOf(report.unanswered),
    certificates: certificatesOf(report.certificates),
  }))
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function countsOf(value: Json | undefined): Record<string, number> {
  const counts: JsonObject = isJsonObject(value) ? value : {}
  return Object.fromEntries(
    Object.entries(counts).flatMap(([system, count]) => (typeof count === 'number' ? [[system, count]] : [])),
  )
}

function certificatesOf(value: Json | undefined): HealthFact['certificates'] {
  const list = Array.isArray(value) ? value.filter(isJsonObject) : []
  return list.flatMap(({ system, host, endsAtMs }) =>
    typeof system === 'string' && typeof host === 'string' && typeof endsAtMs === 'number'
      ? [{ system, host, endsAtMs }]
      : [],
  )
}
