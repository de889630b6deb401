import { MUTANTS } from './list.ts'
import { replaceText } from './replace-text.ts'

/** Loaded before everything else (`node --import`): the hub becomes the mutant named by PATCHBAY_MUTANT. */
const name = process.env['PATCHBAY_MUTANT']
const mutant = MUTANTS.find(one => one.name === name)
if (mutant === undefined) throw new Error(`there is no mutant "${name}"`)
replaceText(`mutant ${mutant.name}`, [mutant])
