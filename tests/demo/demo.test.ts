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
    let consoleStatus = 0
    const visitConsole = async (url: string): Promise<void> => {
      consoleStatus = (await fetch(url)).status
      process.emit('SIGINT')
    }
    const code = await runDemo({
      startHub: (configPath, environment) => startDemoHub(configPath, { ...environment, DATABASE_URL: database.url }),
      screen: {
        write(text) {
          lines.push(text)
          const [url] = /http\S+\/console\//.exec(text) ?? []
          if (url !== undefined) void visitConsole(url)
        },
      },
      stay: true,
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
    expect(consoleStatus).toBe(200)
    expect(code).toBe(0)
  },
)
