import { parseArgs } from 'node:util'
import { runDemo } from './main.ts'
import { startDemoHub } from './start-hub.ts'

/** The demo by itself: `node demo/run.ts [--people 360] [--seconds 45] [--seed 2026] [--log FILE]`. */
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '360' },
    seconds: { type: 'string', default: '45' },
    seed: { type: 'string', default: '2026' },
    log: { type: 'string' },
  },
})

process.exitCode = await runDemo({
  startHub: (configPath, environment) => startDemoHub(configPath, environment, values.log),
  people: Number(values.people),
  trafficMs: Number(values.seconds) * 1000,
  seed: Number(values.seed),
})
