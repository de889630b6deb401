import { MappingFailure } from '../failure.ts'
import { isFunction } from './function-value.ts'
import type { Frame } from '../runtime.ts'
import { tick } from '../runtime.ts'
import { isArray } from './sequence.ts'

/**
 * Function signatures such as `<s-nn?:s>`: which types a function takes. The reference matches them with a regular
 * expression over type letters; here the same greedy match is made by hand, so that no signature can be made to backtrack for long.
 */
export interface Signature {
  readonly definition: string
  /** The arguments as the function wants them (context filled in, single values made arrays); throws T0410 to T0412. */
  validate(args: readonly unknown[], context: unknown, frame: Frame): readonly unknown[]
}

interface Parameter {
  readonly type: string
  /** Type letters that are accepted. */
  letters: string
  optional: boolean
  repeated: boolean
  context: boolean
  subtype: string | undefined
}

const plural: Readonly<Record<string, string>> = {
  a: 'arrays',
  b: 'booleans',
  f: 'functions',
  n: 'numbers',
  o: 'objects',
  s: 'strings',
}

/** The reference's error for a signature that cannot be parsed; `offset` counts from the start of the signature. */
export class SignatureError extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

const accepted: Readonly<Record<string, string>> = {
  s: 'sm',
  n: 'nm',
  b: 'bm',
  l: 'lm',
  o: 'om',
  a: 'asnblfom',
  f: 'f',
  j: 'asnblom',
  x: 'asnblfom',
}

function closing(text: string, start: number, open: string, close: string): number {
  let depth = 1
  let at = start
  while (at < text.length && depth > 0) {
    at++
    const char = text.charAt(at)
    if (char === close) depth--
    else if (char === open) depth++
  }
  return at
}

function parseParameters(text: string): readonly Parameter[] {
  const parameters: Parameter[] = []
  const add = (type: string, letters: string): void => {
    parameters.push({ type, letters, optional: false, repeated: false, context: false, subtype: undefined })
  }
  for (let at = 1; at < text.length; at++) {
    const symbol = text.charAt(at)
    if (symbol === ':') break
    const last = parameters.at(-1)
    const letters = accepted[symbol]
    if (letters !== undefined) add(symbol, letters)
    else if (symbol === '(') {
      const end = closing(text, at, '(', ')')
      const choice = text.slice(at + 1, end)
      if (choice.includes('<')) throw new SignatureError('S0402')
      add(`(${choice})`, `${choice}m`)
      at = end
    } else if (last === undefined) continue
    else if (symbol === '-') {
      last.context = true
      last.optional = true
    } else if (symbol === '?') last.optional = true
    else if (symbol === '+') last.repeated = true
    else if (symbol === '<') {
      if (last.type !== 'a' && last.type !== 'f') throw new SignatureError('S0401')
      const end = closing(text, at, '<', '>')
      last.subtype = text.slice(at + 1, end)
      at = end
    }
  }
  return parameters
}

function letterOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 's'
    case 'number':
      return 'n'
    case 'boolean':
      return 'b'
    case 'object':
      return value === null ? 'l' : Array.isArray(value) ? 'a' : 'o'
    case 'function':
      return isFunction(value) ? 'f' : 'm'
    default:
      return 'm'
  }
}

/** How many letters each parameter takes (greedy, as a regular expression would), or undefined if they do not fit. */
function assign(parameters: readonly Parameter[], letters: string, whole: boolean): readonly number[] | undefined {
  const failed = new Set<number>()
  const walk = (index: number, at: number): number[] | undefined => {
    const parameter = parameters[index]
    if (parameter === undefined) return !whole || at === letters.length ? [] : undefined
    const state = index * (letters.length + 1) + at
    if (failed.has(state)) return undefined
    const fits = (position: number): boolean =>
      position < letters.length && parameter.letters.includes(letters.charAt(position))
    let most = 0
    const limit = parameter.repeated ? letters.length - at : 1
    while (most < limit && fits(at + most)) most++
    for (let taken = most; taken >= (parameter.optional ? 0 : 1); taken--) {
      const rest = walk(index + 1, at + taken)
      if (rest !== undefined) return [taken, ...rest]
    }
    failed.add(state)
    return undefined
  }
  return walk(0, 0)
}

function mismatch(parameters: readonly Parameter[], args: readonly unknown[], letters: string, token?: string) {
  let goodTo = 0
  for (let count = 1; count <= parameters.length; count++) {
    const taken = assign(parameters.slice(0, count), letters, false)
    if (taken === undefined) break
    goodTo = taken.reduce((sum, n) => sum + n, 0)
  }
  return new MappingFailure('T0410', { value: args[goodTo], index: goodTo + 1, token })
}

function checkedArray(
  arg: unknown,
  letter: string,
  letters: string,
  subtype: string | undefined,
  index: number,
  token: string | undefined,
  frame: Frame,
): unknown {
  if (letter === 'm') return undefined
  if (subtype !== undefined) {
    const ok = isArray(arg) ? sameLetters(arg, subtype.charAt(0), frame) : letters === subtype
    if (!ok) throw new MappingFailure('T0412', { value: arg, index, type: plural[subtype], token })
  }
  return letter === 'a' ? arg : [arg]
}

function sameLetters(items: readonly unknown[], letter: string, frame: Frame): boolean {
  for (const item of items) {
    tick(frame.rt)
    if (letterOf(item) !== letter) return false
  }
  return true
}

/** True if an argument needs no change and no error message for its parameter. */
function isPlain(parameter: Parameter, arg: unknown, frame: Frame): boolean {
  const letter = letterOf(arg)
  if (letter === 'm') return false
  if (parameter.type !== 'a') return parameter.letters.includes(letter)
  if (letter !== 'a') return false
  return parameter.subtype === undefined || sameLetters(arg as readonly unknown[], parameter.subtype.charAt(0), frame)
}

/** The JavaScript type of a function's only parameter, if it is a plain string or number. */
function singleType(parameters: readonly Parameter[]): 'string' | 'number' | undefined {
  const [only, ...more] = parameters
  if (only === undefined || more.length > 0 || only.repeated) return undefined
  return only.type === 's' ? 'string' : only.type === 'n' ? 'number' : undefined
}

/**
 * The types of the parameters of a call with `count` arguments one by one, an array's with its subtype (`a<n>`); undefined
 * if it depends on the arguments which parameter they are for.
 */
export function parameterTypes(
  definition: string,
  count: number,
): readonly { readonly type: string; readonly isOptional: boolean; readonly isContext: boolean }[] | undefined {
  const parameters = parseParameters(definition)
  const last = parameters.at(-1)
  if (parameters.some(parameter => parameter.repeated && parameter !== last)) return undefined
  const more = last?.repeated === true ? Array.from({ length: count - parameters.length }, () => last) : []
  return [...parameters, ...more].map(({ type, subtype, optional, context }) => ({
    type: type === 'a' && subtype !== undefined ? `a<${subtype}>` : type,
    isOptional: optional,
    isContext: context,
  }))
}

/** Compiles a signature. Its failures name the function, if it has a name of its own. Throws SignatureError (S0401, S0402). */
export function parseSignature(definition: string, token?: string): Signature {
  const parameters = parseParameters(definition)
  // The usual case needs no matching: every argument given fits its own parameter, only optional ones at the end are missing.
  const plain = parameters.every(parameter => !parameter.repeated)
  const fitsPlainly = (args: readonly unknown[], frame: Frame): boolean => {
    if (args.length > parameters.length) return false
    for (let index = 0; index < parameters.length; index++) {
      const parameter = parameters[index]
      if (parameter === undefined) return false
      if (index >= args.length) {
        if (parameter.context || !parameter.optional) return false
      } else {
        if (!isPlain(parameter, args[index], frame)) return false
      }
    }
    return true
  }

  const validate = (args: readonly unknown[], context: unknown, frame: Frame): readonly unknown[] => {
    if (plain && fitsPlainly(args, frame)) return args
    let letters = ''
    for (const arg of args) letters += letterOf(arg)
    const taken = assign(parameters, letters, true)
    if (taken === undefined) throw mismatch(parameters, args, letters, token)
    const validated: unknown[] = []
    let at = 0
    for (const [index, parameter] of parameters.entries()) {
      const count = taken[index] ?? 0
      if (count === 0) {
        if (!parameter.context) validated.push(args[at++])
        else if (parameter.letters.includes(letterOf(context))) validated.push(context)
        else throw new MappingFailure('T0411', { value: context, index: at + 1, token })
      }
      const matched = letters.slice(at, at + count)
      for (let n = 0; n < count; n++, at++) {
        const arg = args[at]
        const letter = letters.charAt(at)
        validated.push(
          parameter.type === 'a' ? checkedArray(arg, letter, matched, parameter.subtype, at + 1, token, frame) : arg,
        )
      }
    }
    return validated
  }
  const single = singleType(parameters)
  if (single === undefined) return { definition, validate }
  // The commonest signature by far: one string or number.
  return {
    definition,
    validate: (args, context, frame) =>
      args.length === 1 && typeof args[0] === single ? args : validate(args, context, frame),
  }
}
