import { compile } from '../closures/compile.ts'
import { MappingFailure, toFailure } from '../failure.ts'
import type { CallSite, Closure, Frame } from '../runtime.ts'
import type { Scope } from '../closures/scope.ts'
import { makeScope } from '../closures/scope.ts'
import { isArray, isSequence, sequenceOf } from '../values/sequence.ts'
import { readExpression } from '../syntax/source.ts'
import type { BuiltIn } from './built-in.ts'
import { builtIn } from './built-in.ts'

const expressionCharsMax = 20_000

/** `$eval`: compiles and runs a text where it is called, under the limits of the run it is part of. */
function evaluate(source: string, context: unknown, isContextGiven: boolean, frame: Frame): unknown {
  const site = frame.rt.caller ?? topSite(frame)
  const scope = site.scope as Scope
  const closure = compileText(source, scope)
  let input = isContextGiven ? context : site.input
  if (isContextGiven && isArray(context) && !isSequence(context)) {
    const wrapped = sequenceOf(context)
    wrapped.outerWrapper = true
    input = wrapped
  }
  try {
    return closure(input, site.frame)
  } catch (thrown) {
    const failure = toFailure(thrown)
    // A run out of its limits is at an end, whatever evaluates it.
    if (isLimit(failure.code)) throw failure
    throw new MappingFailure('D3121', { value: failure.text() })
  }
}

/** Codes of the limits of a run. */
const limitCodes = new Set(['D1011', 'D1012', 'D2015', 'M1002', 'M1009'])

const isLimit = (code: string): boolean => limitCodes.has(code)

/** Texts that were evaluated in a scope; a mapping seldom has more than one or two. */
const compiledTexts = new WeakMap<Scope, Map<string, Closure>>()
const textsKeptMax = 50

function compileText(source: string, scope: Scope): Closure {
  const known = compiledTexts.get(scope) ?? new Map<string, Closure>()
  const closure = known.get(source) ?? compileAnew(source, scope)
  if (known.size >= textsKeptMax && !known.has(source)) known.clear()
  compiledTexts.set(scope, known.set(source, closure))
  return closure
}

function compileAnew(source: string, scope: Scope): Closure {
  try {
    if (source.length > expressionCharsMax) throw new MappingFailure('M1007')
    return compile(readExpression(source, scope.program).tree, scope)
  } catch (thrown) {
    throw new MappingFailure('D3120', { value: toFailure(thrown).text() })
  }
}

function topSite(frame: Frame): CallSite {
  const program = { functions: new Map(), refused: new Set<string>(), dynamic: true }
  return { scope: makeScope(program, undefined, false), frame, input: frame.rt.root }
}

export const evalFunction: BuiltIn = builtIn('eval', '<sx?:x>', 2, (args, frame) =>
  evaluate(String(args[0]), args[1], args[1] !== undefined, frame),
)
