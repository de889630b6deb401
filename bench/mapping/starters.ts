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
  for (const { file, source } of starterSources()) {
    const mapping = compileMapping(file, source)
    const cases = inputsOf(file)
    if (cases.length === 0) continue
    const speed = perSecond(60, cases, one => run(mapping, one as CaseInput))
    yield `${file.padEnd(40)} ${String(Math.round(speed)).padStart(9)} /s`
  }
}

function starterSources(): readonly { file: string; source: string }[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.jsonata'))
  return files.sort().map(file => ({ file, source: readFileSync(join(folder, file), 'utf8') }))
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

/**
 * What compiling costs, the first run included, for a source that was not seen before: CPU time, the mean of a hundred.
 * The mapping is the longest of those in mappings/.
 */
export function compileCost(): string {
  const source = starterSources().reduce(
    (longest, one) => (one.source.length > longest.length ? one.source : longest),
    '',
  )
  const count = 100
  const before = process.threadCpuUsage()
  for (let n = 0; n < count; n++) compileMapping('bench', `${source} /* ${n} */`).run({}, { nowMs })
  // Together: the clock of a thread's CPU time may be coarser than one of them.
  const { user, system } = process.threadCpuUsage(before)
  const ms = (user + system) / 1000 / count
  return `compiling ${source.split('\n').length} lines takes ${ms.toFixed(2)} ms, the first run included`
}
