import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { compileMapping } from '#mapping/mapping.ts'
import { contactMapping } from './contact.ts'
import { nowMs } from './measure.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** The heap in MiB, with nothing in it that could go. */
function heapMiB(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const mapped = compileMapping('contact', contactMapping.source)
const failing = compileMapping('failing', '{"a": $number(code)}')
const evaluating = compileMapping('evaluating', '$eval("x + " & $string(n), {"x": n})')
const naming = compileMapping('naming', '{$string(n): data, "all": $keys(data)}')

/** Most runs map a contact; the others bring a text, a name or an expression that was never seen before. */
function evaluate(n: number): void {
  const env = { nowMs }
  switch (n % 20) {
    case 0:
      failing.run({ code: `no number ${n}` }, env)
      break
    case 1:
      evaluating.run({ n }, env)
      break
    case 2:
      naming.run({ n, data: { [`name${n}`]: n } }, env)
      break
    default:
      mapped.run(contactMapping.inputs[n % contactMapping.inputs.length], env)
  }
}

/** The heap after each tenth of so many evaluations, the first being where everything has been seen once. */
export function heapWhile(evaluations: number): readonly number[] {
  const tenth = Math.ceil(evaluations / 10)
  return Array.from({ length: 10 }, (_, part) => {
    for (let n = part * tenth; n < (part + 1) * tenth; n++) evaluate(n)
    return Number(heapMiB().toFixed(2))
  })
}
