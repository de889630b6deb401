import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { GENERATORS, ROOT } from './generate.ts'

describe('generated files are current (run npm run generate)', () => {
  test.each(Object.entries(GENERATORS))('%s', (_name, generate) => {
    const files = generate(ROOT)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const path = join(ROOT, file.path)
      expect(existsSync(path), `${file.path} is missing`).toBe(true)
      expect(readFileSync(path, 'utf8'), file.path).toBe(file.content)
    }
  })
})
