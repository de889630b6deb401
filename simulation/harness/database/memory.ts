import type { Backend, StatementFault } from './backend.ts'
import { createPooler } from './pooler.ts'
import type { Scheduler } from '../scheduler.ts'
import { openSession } from './session.ts'

/** PostgreSQL inside this process; takes a second to start. */
export async function openMemory(options: {
  scheduler: Scheduler
  fault: StatementFault
  onBytes: (bytes: Uint8Array) => void
}): Promise<Backend> {
  const session = await openSession()
  const pooler = createPooler({ session, ...options })
  return {
    kind: 'memory',
    ...pooler,
    isBusy: session.isBusy,
    rows: async text => session.rows(text),
    async run(text) {
      session.exec([{ type: 'Q', body: Buffer.from(`${text}\0`) }], new Map())
    },
    async restart() {
      pooler.restart()
    },
    async close() {},
  }
}
