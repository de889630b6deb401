// `npm run bench:mapping [-- --json]`: the mapping engine against the reference interpreter and hand-written code.
import { constructs } from './constructs.ts'
import { contactMapping, onePath } from './contact.ts'
import { compileCost, starterMappings } from './starters.ts'
import { type Measured, measure } from './measure.ts'
import { orderMapping } from './order.ts'

const only = process.argv.find(argument => argument.startsWith('--only='))?.slice('--only='.length)

const show = ({ name, perSecond, vsReference, vsHandWritten }: Measured): void => {
  const byHand = vsHandWritten === undefined ? '' : `${Math.round(vsHandWritten * 100)} % of hand-written`
  console.log(
    `${name.padEnd(40)} ${String(perSecond).padStart(9)} /s  ${`x${vsReference}`.padStart(7)} reference  ${byHand}`,
  )
}

async function measured(name: string, subject: Parameters<typeof measure>[0]): Promise<Measured> {
  const result = await measure(subject, name === 'construct' ? 3 : 7, name === 'construct' ? 25 : 150)
  show(result)
  return result
}

if (only !== undefined) {
  for (const one of [onePath, contactMapping, orderMapping, ...constructs])
    if (one.name.startsWith(only)) await measured('', one)
  process.exit()
}
const a = await measured('a', onePath)
const b = await measured('b', contactMapping)
const c = await measured('c', orderMapping)
console.log('\nThe mappings of mappings/, on the inputs of their cases')
for (const line of starterMappings()) console.log(line)
console.log('\nEach construct of the language')
const results: Measured[] = []
for (const construct of constructs) results.push(await measured('construct', construct))
const slowest = results.reduce((least, one) => (one.vsReference < least.vsReference ? one : least))
console.log(`\n${compileCost()}`)
if (process.argv.includes('--json')) {
  const ratios = ({ vsReference, vsHandWritten }: Measured) => ({ vsReference, vsHandWritten })
  const slowestConstruct = { name: slowest.name, vsReference: slowest.vsReference }
  console.log(JSON.stringify({ a: ratios(a), b: ratios(b), c: ratios(c), slowestConstruct }))
} else console.log(`slowest construct: ${slowest.name}, x${slowest.vsReference}`)
