import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MUTANTS } from '../../simulation/mutants/list.ts'
import { mutated } from '../../simulation/mutants/mutant.ts'

const ROOT = join(import.meta.dirname, '../..')

describe('mutants of the hub', () => {
  it.each(MUTANTS.map(mutant => [mutant.name, mutant] as const))('%s changes its file in one place', (_, mutant) => {
    expect(mutated(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant)).toBeDefined()
  })

  it('have names of their own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
  })
})
