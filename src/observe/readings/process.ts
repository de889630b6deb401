import type { Reading } from './reading.ts'

/** What this process knows by itself. */
export const processReading: Reading = {
  name: 'process',
  freshMs: 0,
  take({ metrics, pools, statements, calls }) {
    metrics.statements.setTo({}, statements())
    for (const [pool, { load }] of Object.entries(pools)) {
      const { busy, idle, waiting } = load()
      metrics.pool.set({ pool, state: 'busy' }, busy)
      metrics.pool.set({ pool, state: 'idle' }, idle)
      metrics.poolWaiting.set({ pool }, waiting)
    }
    for (const { system, host, endsAtMs } of calls.certificates.all())
      metrics.certificateExpiry.set({ system, host }, endsAtMs / 1000)
  },
}
