import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { MUTANTS } from './list.ts'
import { mutated } from './mutant.ts'

/**
 * Loaded before everything else (`node --import`): the file of the mutant named by PATCHBAY_MUTANT is changed while it is
 * loaded, so that the product holds no switches.
 */
const name = process.env['PATCHBAY_MUTANT']
const mutant = MUTANTS.find(one => one.name === name)
if (mutant === undefined) throw new Error(`there is no mutant "${name}"`)
const url = pathToFileURL(join(import.meta.dirname, '../..', mutant.file)).href

registerHooks({
  load(loadedUrl, context, nextLoad) {
    const loaded = nextLoad(loadedUrl, context)
    if (loadedUrl !== url) return loaded
    const { source: original = '' } = loaded
    const text = typeof original === 'string' ? original : new TextDecoder().decode(original ?? new Uint8Array())
    const source = mutated(text, mutant)
    if (source === undefined)
      throw new Error(`${mutant.file} does not hold the text of mutant ${mutant.name} exactly once`)
    return { ...loaded, source }
  },
})
