import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileMapping, type Mapping } from '#mapping/mapping.ts'
import { nowMs, perSecond } from './measure.ts'

const folder = new URL('../../mappings', import.meta.url).pathname

interface CaseInput {
  readonly input: unknown
  readonly env?: { readonly variables?: Readonly<Record<string, unknown>> }
}

/**
 * The speed of every mapping of the repository on the inputs of its cases. They call the hub's own functions, which the
 * reference does not have, so they stand alone.
 */
export function* starterMappings(): Generator<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.jsonata'))
  for (const file of files.sort()) {
    const mapping = compileMapping(file, readFileSync(join(folder, file), 'utf8'))
    const cases = inputsOf(file)
    if (cases.length === 0) continue
    const speed = perSecond(60, cases, one => run(mapping, one as CaseInput))
    yield `${file.padEnd(40)} ${String(Math.round(speed)).padStart(9)} /s`
  }
}

function run(mapping: Mapping, { input, env }: CaseInput): unknown {
  return mapping.run(input, { nowMs, variables: { defaultCountry: 'CN', ...env?.variables } })
}

/** The inputs of `<object>.cases.json`: of an inbound or an outbound mapping, where the file has both. */
function inputsOf(file: string): readonly CaseInput[] {
  const [, base = '', direction = ''] = /^(.*)\.(in|out)\.jsonata$/.exec(file) ?? []
  try {
    const cases: unknown = JSON.parse(readFileSync(join(folder, `${base}.cases.json`), 'utf8'))
    if (Array.isArray(cases)) return cases as readonly CaseInput[]
    return ((cases as Record<string, unknown>)[direction] ?? []) as readonly CaseInput[]
  } catch {
    return []
  }
}

/** What compiling costs, the first run included, for sources that were not seen before. */
export function compileCost(sources: readonly string[]): string {
  const started = performance.now()
  const times = 100
  for (let n = 0; n < times; n++) {
    for (const source of sources) compileMapping('bench', `${source} /* ${n} */`).run({}, { nowMs })
  }
  const lines = sources.reduce((sum, source) => sum + source.split('\n').length, 0)
  const perHundredMs = ((performance.now() - started) / times / lines) * 100
  return `compiling takes ${perHundredMs.toFixed(2)} ms for 100 lines, the first run included`
}
