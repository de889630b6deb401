/**
 * Failures of a mapping: a code, what happened, and where in the source. Codes of the JSONata language keep their
 * numbers (S… syntax, T… type, D… data); codes starting with M are this engine's own.
 *
 * The texts of the language's codes are those of jsonata-js (MIT), so that its documentation answers for ours.
 */
export const failureTexts: Readonly<Record<string, string>> = {
  T0410: 'Argument {{index}} of function {{token}} does not match function signature',
  T0411: 'Context value is not a compatible type with argument {{index}} of function {{token}}',
  T0412: 'Argument {{index}} of function {{token}} must be an array of {{type}}',
  D1001: 'Number out of range: {{value}}',
  D1002: 'Cannot negate a non-numeric value: {{value}}',
  T1003: 'Key in object structure must evaluate to a string; got: {{value}}',
  D1004: 'Regular expression matches zero length string',
  T1005: 'Attempted to invoke a non-function. Did you mean ${{{token}}}?',
  T1006: 'Attempted to invoke a non-function',
  T1007: 'Attempted to partially apply a non-function. Did you mean ${{{token}}}?',
  T1008: 'Attempted to partially apply a non-function',
  D1009: 'Multiple key definitions evaluate to same key: {{value}}',
  T1010: 'The matcher function argument passed to function {{token}} does not return the correct object structure',
  D1011: 'Stack overflow. Check for non-terminating recursive function. Consider rewriting as tail-recursive',
  D1012: 'Evaluation timeout after {{value}} milliseconds. Check for infinite loop',
  D1013: 'Object property names starting with _jsonata_ are reserved for internal use: {{value}}',
  T2001: 'The left side of the {{token}} operator must evaluate to a number',
  T2002: 'The right side of the {{token}} operator must evaluate to a number',
  T2003: 'The left side of the range operator (..) must evaluate to an integer',
  T2004: 'The right side of the range operator (..) must evaluate to an integer',
  T2006: 'The right side of the function application operator ~> must be a function',
  T2007: 'Type mismatch when comparing values {{value}} and {{value2}} in order-by clause',
  T2008: 'The expressions within an order-by clause must evaluate to numeric or string values',
  T2009: 'The values {{value}} and {{value2}} either side of operator {{token}} must be of the same data type',
  T2010: 'The expressions either side of operator {{token}} must evaluate to numeric or string values',
  T2011: 'The insert/update clause of the transform expression must evaluate to an object: {{value}}',
  T2012: 'The delete clause of the transform expression must evaluate to a string or array of strings: {{value}}',
  T2013: 'The transform expression clones the input object using $clone(), which has been overridden by a non-function',
  D2014:
    'The size of the sequence allocated by the range operator (..) must not exceed 1e7. Attempted to allocate {{value}}',
  D2015: 'The maximum sequence length of {{value}} was exceeded.',
  D3001: 'Attempting to invoke string function on Infinity or NaN',
  D3010: 'Second argument of replace function cannot be an empty string',
  D3011: 'Fourth argument of replace function must evaluate to a positive number',
  D3012: 'Attempted to replace a matched string with a non-string value',
  D3020: 'Third argument of split function must evaluate to a positive number',
  D3030: 'Unable to cast value to a number: {{value}}',
  D3040: 'Third argument of match function must evaluate to a positive number',
  D3050: 'The second argument of reduce function must be a function with at least two arguments',
  D3060: 'The sqrt function cannot be applied to a negative number: {{value}}',
  D3061:
    'The power function has resulted in a value that cannot be represented as a JSON number: base={{value}}, exponent={{exp}}',
  D3070:
    'The single argument form of the sort function can only be applied to an array of strings or an array of numbers. Use the second argument to specify a comparison function',
  D3080: 'The picture string must only contain a maximum of two sub-pictures',
  D3081: "The sub-picture must not contain more than one instance of the 'decimal-separator' character",
  D3082: "The sub-picture must not contain more than one instance of the 'percent' character",
  D3083: "The sub-picture must not contain more than one instance of the 'per-mille' character",
  D3084: "The sub-picture must not contain both a 'percent' and a 'per-mille' character",
  D3085: 'The mantissa part of a sub-picture must contain at least one digit character',
  D3086: 'The sub-picture must not contain a passive character between two active characters',
  D3087: "The sub-picture must not contain a 'grouping-separator' beside a 'decimal-separator'",
  D3088: "The sub-picture must not contain a 'grouping-separator' at the end of the integer part",
  D3089: "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character",
  D3090: 'The integer part of the sub-picture must not contain a digit that is followed by an optional digit',
  D3091: 'The fractional part of the sub-picture must not contain an optional digit that is followed by a digit',
  D3092: "A sub-picture with 'percent' or 'per-mille' must not contain an 'exponent-separator'",
  D3093: 'The exponent part of the sub-picture must consist only of digit characters',
  D3100: 'The radix of the formatBase function must be between 2 and 36. It was given {{value}}',
  D3110: 'The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given {{value}}',
  D3120: 'Syntax error in expression passed to function eval: {{value}}',
  D3121: 'Dynamic error evaluating the expression passed to function eval: {{value}}',
  D3130: 'Formatting or parsing an integer as a sequence starting with {{value}} is not supported',
  D3131: 'In a decimal digit pattern, all digits must be from the same decimal group',
  D3132: 'Unknown component specifier {{value}} in date/time picture string',
  D3133: "The 'name' modifier can only be applied to months and days in the date/time picture string, not {{value}}",
  D3134: 'The timezone integer format specifier cannot have more than four digits',
  D3135: "No matching closing bracket ']' in date/time picture string",
  D3136: 'The date/time picture string is missing specifiers required to parse the timestamp',
  D3138: 'The $single() function expected exactly 1 matching result. Instead it matched more.',
  D3139: 'The $single() function expected exactly 1 matching result. Instead it matched 0.',
  D3140: 'Malformed URL passed to ${{{functionName}}}(): {{value}}',
  M1000: 'Internal error: {{{message}}}',
  M1001: 'The output is larger than {{value}} bytes',
  M1002: 'The mapping needs more memory than its limit of {{value}} bytes: build fewer or smaller strings and arrays',
  M1003: 'The output holds a function at {{value}}: call it, or leave it out',
  M1004: 'The output is nested deeper than {{value}} levels',
  M1005: '{{token}} is refused: a mapping must be a function of its input, so that a replay gives the same result',
  M1006: 'The regular expression {{value}} cannot be run in linear time: {{{message}}}',
  M1009: 'The mapping needs more than its limit of {{value}} steps. Check for infinite loop',
  M1007: 'The expression is too long or too deeply nested',
  M1008: 'Argument {{value}} of function {{token}} is too long',
  M1010: 'Function {{token}} can do nothing with these arguments: check its picture',
  M1011: 'The mapping asks for more than {{value}} different ids by ${{{token}}}',
  M1012: '${{{token}}} is asked by ids that it gave itself, more than {{value}} times over: ask by ids of the record',
  M1013:
    'The first argument of ${{{token}}} must be the name of a table, written as a text: so it is known which mappings a table concerns',
  M1014: 'There is no table {{value}}: add tables/<name>.csv to the folder of the mappings',
}

/** What a failure carries besides its code; `position` counts characters of the source from 0. */
export interface FailureDetail {
  readonly position?: number | undefined
  readonly token?: string | undefined
  readonly value?: unknown
  readonly value2?: unknown
  readonly index?: number | undefined
  readonly type?: string | undefined
  readonly exp?: unknown
  readonly functionName?: string | undefined
  readonly message?: string | undefined
}

const shownCharsMax = 200

function shown(value: unknown): string {
  if (value === undefined) return '?'
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    text = typeof value
  }
  text ??= typeof value
  return text.length > shownCharsMax ? `${text.slice(0, shownCharsMax)}…` : text
}

const hole = /\{\{\{?(\w+)\}\}\}?/g

const written = (value: unknown): string => (typeof value === 'string' ? value : shown(value))

/** A failure on its way out of a running mapping. The innermost place that knows position and token sets them. */
export class MappingFailure extends Error {
  readonly code: string
  readonly detail: FailureDetail
  position: number | undefined
  token: string | undefined

  constructor(code: string, detail: FailureDetail = {}) {
    super(detail.message ?? code)
    this.code = code
    this.detail = detail
    this.position = detail.position
    this.token = detail.token
  }

  /** Says where it happened, unless a place further inside already did. */
  at(position: number | undefined, token: string | undefined): this {
    this.position ??= position
    this.token ??= token
    return this
  }

  /** The text for a person, with the values filled in. */
  text(): string {
    const template = failureTexts[this.code]
    if (template === undefined) return this.message
    const params = this.params()
    return template.replace(hole, (_, key: string) => params[key] ?? '')
  }

  /** What fills the holes of the code's text, also in other languages. Codes of the parser have theirs filled already. */
  params(): Readonly<Record<string, string>> {
    const insert: Readonly<Record<string, unknown>> = { ...this.detail, token: this.token }
    const template = failureTexts[this.code]
    if (template === undefined)
      return Object.fromEntries(
        ['token', 'value', 'message'].flatMap(key => (insert[key] === undefined ? [] : [[key, written(insert[key])]])),
      )
    return Object.fromEntries(
      [...template.matchAll(hole)].map(([all, key = '']) => [
        key,
        all.startsWith('{{{') ? String(insert[key]) : shown(insert[key]),
      ]),
    )
  }
}

/** Turns whatever was thrown (also by the reference's built-ins, which throw plain objects) into a failure. */
export function toFailure(thrown: unknown): MappingFailure {
  if (thrown instanceof MappingFailure) return thrown
  // Near the end of the stack no regular expression runs any more, and one that cannot be compiled says so otherwise.
  if (thrown instanceof Error && (thrown.message.includes('call stack') || thrown.message.includes('Stack overflow')))
    return new MappingFailure('D1011')
  if (thrown instanceof RangeError) return new MappingFailure('M1002', { value: thrown.message })
  if (thrown instanceof Error) return new MappingFailure('M1000', { message: thrown.message })
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
    return new MappingFailure(thrown.code, thrown as FailureDetail)
  }
  return new MappingFailure('M1000', { message: 'an unknown value was thrown' })
}

/** Line and column, both from 1, of a character position in a source text. */
export function lineAndColumn(source: string, position: number): { line: number; column: number } {
  const before = source.slice(0, Math.max(0, position))
  const line = before.split('\n').length
  return { line, column: before.length - before.lastIndexOf('\n') }
}
