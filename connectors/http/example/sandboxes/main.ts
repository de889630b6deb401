import { parseArgs } from 'node:util'
import { createSandbox, VENDORS } from './all.ts'

/**
 * Runs sandboxes in a process of their own and prints one JSON line `{"crm":"http://...", ...}` once they listen.
 * `--fast` for benchmarks, `--only crm,erp`, `--port-base 4700` (crm 4700, helpdesk 4701, erp 4702, marketing 4703),
 * `--hub http://127.0.0.1:4600` to get their webhooks. Ends on SIGTERM, SIGINT or when its standard input closes.
 */
const { values } = parseArgs({
  options: {
    fast: { type: 'boolean', default: false },
    only: { type: 'string' },
    'port-base': { type: 'string', default: '0' },
    hub: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})

const portBase = Number(values['port-base'])
const wanted = values.only?.split(',')
const sandboxes = VENDORS.filter(name => wanted?.includes(name) ?? true).map(name =>
  createSandbox(name, {
    port: portBase === 0 ? 0 : portBase + VENDORS.indexOf(name),
    seed: Number(values.seed),
    fast: values.fast,
    ...(values.hub === undefined ? {} : { webhookTarget: `${values.hub}/in/${name}` }),
  }),
)

for (const sandbox of sandboxes) await sandbox.start()
console.log(JSON.stringify(Object.fromEntries(sandboxes.map(sandbox => [sandbox.name, sandbox.url()]))))

const stop = async (): Promise<void> => {
  for (const sandbox of sandboxes) await sandbox.stop()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
process.stdin.resume().once('end', () => void stop())
