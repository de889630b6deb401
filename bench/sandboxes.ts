import { createSandbox, VENDORS } from '../connectors/http/example/sandboxes/all.ts'
import { serveParent } from './children.ts'

/** The four destinations in one process, in their fast mode: no webhooks, no limits, no search lag. */
export interface Arrivals {
  system: string
  arrivals: [mark: string, atMs: number][]
}

const sandboxes = VENDORS.map(name => createSandbox(name, { seed: 1, fast: true }))

serveParent(
  {
    async ready() {
      for (const sandbox of sandboxes) await sandbox.start()
      return Object.fromEntries(sandboxes.map(sandbox => [sandbox.name, sandbox.url()]))
    },
    writes: () => sandboxes.reduce((sum, sandbox) => sum + sandbox.counters.writes, 0),
    counters: () => Object.fromEntries(sandboxes.map(sandbox => [sandbox.name, sandbox.counters])),
    takeArrivals: (): Arrivals[] =>
      sandboxes.map(sandbox => ({ system: sandbox.name, arrivals: sandbox.takeArrivals() })),
    async down() {
      for (const sandbox of sandboxes) await sandbox.stop()
    },
    async up() {
      for (const sandbox of sandboxes) await sandbox.start()
    },
  },
  async () => {
    for (const sandbox of sandboxes) await sandbox.stop()
  },
)
