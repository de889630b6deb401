import { judgeCase, type MappingCase } from '#mapping/cases.ts'
import type { MappingSide } from '#mapping/language/check.ts'
import { schemaOfSamples } from '#mapping/language/flow/source.ts'
import type { Json } from '#model/json.ts'
import type { ConsoleParts, ReplyOf } from '../handler.ts'
import { caseResult } from './files.ts'
import { objectsOf } from './uses.ts'

type Checks = ReplyOf<'checkMapping'>

/**
 * Checks a text as a mapping: what can be told without running it, and its cases, in a thread of its own. It may be
 * published when there is no error and every case passes.
 */
export async function checkText(
  parts: SideParts & Pick<ConsoleParts, 'drafts'>,
  { name, source, cases }: { name: string; source: string; cases: readonly MappingCase[] },
): Promise<Checks> {
  const { drafts } = parts
  const checked = await drafts.ask('check', { source, side: await sideOf(parts, name, cases) })
  const { findings, lineage } = checked.ok
    ? checked.value
    : { findings: [{ ...checked.failure, reason: checked.failure.code, level: 'error' as const }], lineage: [] }
  const kind = name.endsWith('.in') ? 'inbound' : 'outbound'
  const results: Checks['results'] = []
  for (const one of cases) {
    const attempt = await drafts.run({
      source,
      kind,
      input: one.input,
      ...(one.env === undefined ? {} : { env: one.env }),
    })
    const result = attempt.ok ? attempt : { ok: false as const, ...attempt.failure }
    results.push(caseResult(judgeCase(one, result)))
  }
  const passed = !findings.some(finding => finding.level === 'error') && results.every(result => result.passed)
  return {
    passed,
    findings: [...findings],
    results,
    lineage: lineage.map(field => ({ ...field, reads: [...field.reads], decidedBy: [...field.decidedBy] })),
  }
}

type SideParts = Pick<ConsoleParts, 'config' | 'mappings'> & {
  actions: Pick<ConsoleParts['actions'], 'readMappingInputs'>
}

/**
 * The inputs of its cases and the newest stored events show what an inbound mapping is given; an outbound one is given the
 * entity of its route.
 */
export async function sideOf(
  { config, mappings, actions }: SideParts,
  name: string,
  cases: readonly MappingCase[],
): Promise<MappingSide> {
  const systems = objectsOf(config, mappings.names())
  if (name.endsWith('.out'))
    return { kind: 'outbound', systems, entity: config.routes.find(route => route.mapping === name)?.entity }
  // A case is read from JSON.
  const samples = [...cases.map(one => one.input as Json), ...(await actions.readMappingInputs(name))]
  return samples.length === 0
    ? { kind: 'inbound', systems }
    : { kind: 'inbound', systems, schema: schemaOfSamples(samples, false), isSampled: true }
}
