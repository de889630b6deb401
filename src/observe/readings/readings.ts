import type { Role } from '#store/processes.ts'
import { alertsReading } from './alerts.ts'
import { businessReading } from './business.ts'
import { databaseReading } from './database.ts'
import { expiryReading } from './expiry.ts'
import { ownCertificateReading } from './own-certificate.ts'
import { processReading } from './process.ts'
import type { Reading, ReadingParts } from './reading.ts'
import { storageReading } from './storage.ts'
import { systemsReading } from './systems.ts'
import { workReading } from './work.ts'

/** A scrape is answered by then, with what is known: a database that hangs must not make the hub look dead. */
const WAIT_MS = 2_000

/**
 * Takes the readings that are due; one that fails leaves its gauges as they were.
 * Figures of the business are read by the processes that people talk to.
 */
export function createReadings(parts: ReadingParts, role: Role): () => Promise<void> {
  const tells = role === 'all' || role === 'console'
  const readings = [
    processReading,
    databaseReading,
    workReading,
    systemsReading,
    storageReading,
    expiryReading,
    ownCertificateReading,
    alertsReading,
  ]
  const takers = [...readings, ...(tells ? [businessReading] : [])].map(reading => createTaker(parts, reading))
  return async () => {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, WAIT_MS)
    await Promise.race([Promise.all(takers.map(take => take())), late.promise])
    clearTimeout(timer)
  }
}

/** One at a time; one that failed is not tried again before it would be due, since it may be what the database suffers from. */
function createTaker(parts: ReadingParts, reading: Reading): () => Promise<void> {
  let dueAtMs = Number.NEGATIVE_INFINITY
  let taking: Promise<void> | undefined
  let isFailing = false

  async function take(): Promise<void> {
    const startedAtMs = performance.now()
    try {
      await reading.take(parts)
      isFailing = false
    } catch (error) {
      // Once, until it works again: somebody scrapes every few seconds.
      if (!isFailing)
        parts.log.warn(
          { err: error, unit: 'metrics', reading: reading.name },
          'gauges could not be read; they stay as they were',
        )
      isFailing = true
    } finally {
      const endedAtMs = performance.now()
      dueAtMs = endedAtMs + Math.max(reading.freshMs, (endedAtMs - startedAtMs) / (reading.shareMax ?? Infinity))
      taking = undefined
    }
  }
  return () => {
    if (performance.now() < dueAtMs) return Promise.resolve()
    taking ??= take()
    return taking
  }
}
