import type { Json } from '#model/json.ts'
import { MappingFailure } from '../../engine/failure.ts'
import { parse } from '../../engine/syntax/tree.ts'
import type { Findings } from './finding.ts'
import { anything, type Flow } from './flow.ts'
import { lookupNatives, type Lookups } from './lookups.ts'
import { nativeFlow, type WrongArgument } from './natives.ts'
import { schemaFlow } from './source.ts'
import { innerScope } from './scope.ts'
import { makeWalk } from './walk.ts'

/** What is known of a mapping's surroundings. */
export interface Surroundings {
  /** JSON Schema of the input; undefined: nothing is known. */
  readonly schema: Json | undefined
  /** Variables of the run by name, such as `remoteId`. */
  readonly variables: readonly string[]
  /** Signatures of the functions that it may call, by name. */
  readonly functions: ReadonlyMap<string, string>
  readonly lookups?: Lookups
  /** Gets what is wrong. */
  readonly findings: Findings
  /** Told of each name that is read, and of what it is read from. */
  readonly onName?: (name: string, context: Flow) => void
}

/** Finds out what a source text can give, without running it. Throws what the parser of the language throws. */
export function analyse(source: string, surroundings: Surroundings): Flow {
  const { schema, variables, functions, lookups = {}, findings, onName } = surroundings
  const tree = parse(source)
  const asking = lookupNatives(lookups, findings)
  const globals = innerScope(undefined)
  for (const [name, signature] of functions) {
    const wrong: WrongArgument = (callee, index, position, kinds) =>
      findings.add('argument_kind', { index, callee, expected: kinds }, { level: findings.sourceLevel, position })
    const flow = nativeFlow(name, signature, wrong, Object.hasOwn(asking, name) ? asking[name] : undefined)
    globals.variables.set(name, flow)
  }
  for (const name of variables) globals.variables.set(name, anything(new Set([`$${name}`])))
  const input = schema === undefined ? anything(new Set(['$'])) : schemaFlow(schema, schema, '$')
  globals.variables.set('$', input)
  try {
    return makeWalk(findings, onName)(tree, input, globals)
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new MappingFailure('M1007')
    throw thrown
  }
}
