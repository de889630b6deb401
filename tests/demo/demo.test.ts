import { expect, test } from 'vitest'
import { runDemo } from '../../demo/main.ts'
import { startDemoHub } from '../../demo/start-hub.ts'
import { createTestDatabase } from '../support/postgres.ts'

test(
  'a short demo on the real hub ends by itself with every system holding what it must',
  { timeout: 300_000 },
  async () => {
    const database = await createTestDatabase()
    const lines: string[] = []
    const code = await runDemo({
      startHub: (configPath, environment) => startDemoHub(configPath, { ...environment, DATABASE_URL: database.url }),
      screen: { write: text => lines.push(text) },
      people: 24,
      contacts: 80,
      companies: 5,
      trafficMs: 6000,
      // A vendor that is down opens its breaker for a minute: the whole demo shows that, not this test.
      downMs: 0,
      deadlineMs: 240_000,
    })
    const output = lines.join('')
    for (const promise of ['All agree.', 'none lost against the rules', 'mail/correspondent'])
      expect(output).toContain(promise)
    expect(code).toBe(0)
  },
)
