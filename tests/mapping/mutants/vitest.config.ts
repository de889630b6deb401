import { relative } from 'node:path'
import { defineConfig, mergeConfig } from 'vitest/config'
import { mutated } from '../../../simulation/mutants/mutant.ts'
import base from '../../../vitest.config.ts'
import { MAPPING_MUTANTS } from './list.ts'

const ROOT = `${import.meta.dirname}/../../..`
const mutant = MAPPING_MUTANTS.find(({ name }) => name === process.env['PATCHBAY_MUTANT'])
if (mutant === undefined) throw new Error('PATCHBAY_MUTANT names no mutant')

/** The product's tests, with one file of the product changed on the way to them. */
export default mergeConfig(
  base,
  defineConfig({
    root: ROOT,
    // What is kept of one mutant would be given to the next.
    test: { fsModuleCache: false },
    plugins: [
      {
        name: 'mutant',
        enforce: 'pre',
        transform: (code, id) => (relative(ROOT, id) === mutant.file ? mutated(code, mutant) : undefined),
      },
    ],
  }),
)
