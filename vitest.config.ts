import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Waiting for something is a matter of when, not of how fast: a busy machine must not fail a test.
    expect: { poll: { timeout: 15_000, interval: 10 } },
  },
})
