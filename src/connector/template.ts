import { compileMapping, MappingSyntaxError } from '#mapping/mapping.ts'
import type { MappingResult } from '#mapping/mapping.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'

export type Rendered<Value> = { ok: true; value: Value } | { ok: false; message: string }
export type Compiled<Part> = { ok: true; part: Part } | { ok: false; message: string }

/** A template's variables; each is a name that its expressions may start with. */
export type Variables = Readonly<Record<string, Json | undefined>>

/** A compiled JSONata expression. `undefined` is its answer for "nothing". */
export interface Expression {
  evaluate(variables: Variables, nowMs: number): Rendered<Json | undefined>
}

/** A compiled tree: a string leaf that is exactly one `{{ expression }}` keeps that value's type, others are text. */
export interface Template {
  render(variables: Variables, nowMs: number): Rendered<Json | undefined>
}

/** A compiled text. */
export interface TextTemplate {
  render(variables: Variables, nowMs: number): Rendered<string>
}

/** Compiles JSONata; the message of a failure names the place in it. */
export function compileExpression(name: string, source: string): Compiled<Expression> {
  try {
    const mapping = compileMapping(name, source, { kind: 'template' })
    return { ok: true, part: { evaluate: (variables, nowMs) => evaluated(mapping.run(variables, { nowMs }), name) } }
  } catch (error) {
    if (error instanceof MappingSyntaxError) return { ok: false, message: error.message }
    throw error
  }
}

function evaluated(result: MappingResult, name: string): Rendered<Json | undefined> {
  // A mapping's value is plain JSON or undefined, by its contract.
  return result.ok
    ? { ok: true, value: result.value as Json | undefined }
    : { ok: false, message: `${name}: ${result.message}` }
}

/**
 * Compiles a JSON tree whose strings may hold `{{ JSONata }}`. Members and items whose expression answers nothing are
 * left out. The name leads every error message.
 */
export function compileTemplate(name: string, source: Json): Compiled<Template> {
  if (typeof source === 'string') return compileLeaf(name, source)
  if (Array.isArray(source)) return compileList(name, source)
  if (isJsonObject(source)) return compileObject(name, source)
  return { ok: true, part: { render: () => ({ ok: true, value: source }) } }
}

/**
 * Compiles text with `{{ JSONata }}` in it. `encode` is applied to what expressions answer, never to the literal text,
 * and may refuse a value by returning undefined.
 */
export function compileText(
  name: string,
  source: string,
  encode: (value: string) => string | undefined = value => value,
): Compiled<TextTemplate> {
  const split = splitTemplate(name, source)
  if (!split.ok) return split
  const pieces = split.part
  return {
    ok: true,
    part: {
      render(variables, nowMs) {
        let text = ''
        for (const piece of pieces) {
          if (typeof piece === 'string') {
            text += piece
            continue
          }
          const result = piece.evaluate(variables, nowMs)
          if (!result.ok) return result
          const encoded = encode(textOf(result.value))
          if (encoded === undefined)
            return { ok: false, message: `${name}: an expression gave no usable value in "${source}"` }
          text += encoded
        }
        return { ok: true, value: text }
      },
    },
  }
}

/** For URL paths: an empty value or a dot segment would call another resource, so both are refused. */
export function encodePathValue(value: string): string | undefined {
  return value === '' || value === '.' || value === '..' ? undefined : encodeURIComponent(value)
}

function compileLeaf(name: string, source: string): Compiled<Template> {
  const split = splitTemplate(name, source)
  if (!split.ok) return split
  const [only, ...others] = split.part
  if (only !== undefined && typeof only !== 'string' && others.length === 0)
    return { ok: true, part: { render: (variables, nowMs) => only.evaluate(variables, nowMs) } }
  return compileText(name, source)
}

function compileList(name: string, source: readonly Json[]): Compiled<Template> {
  const items: Template[] = []
  for (const [index, item] of source.entries()) {
    const compiled = compileTemplate(`${name}.${index}`, item)
    if (!compiled.ok) return compiled
    items.push(compiled.part)
  }
  const render: Template['render'] = (variables, nowMs) => {
    const list: Json[] = []
    for (const item of items) {
      const result = item.render(variables, nowMs)
      if (!result.ok) return result
      if (result.value !== undefined) list.push(result.value)
    }
    return { ok: true, value: list }
  }
  return { ok: true, part: { render } }
}

function compileObject(name: string, source: JsonObject): Compiled<Template> {
  const members: [string, Template][] = []
  for (const [key, value] of Object.entries(source)) {
    const compiled = compileTemplate(`${name}.${key}`, value)
    if (!compiled.ok) return compiled
    members.push([key, compiled.part])
  }
  const render: Template['render'] = (variables, nowMs) => {
    const entries: [string, Json][] = []
    for (const [key, member] of members) {
      const result = member.render(variables, nowMs)
      if (!result.ok) return result
      if (result.value !== undefined) entries.push([key, result.value])
    }
    return { ok: true, value: Object.fromEntries(entries) }
  }
  return { ok: true, part: { render } }
}

/** Literal pieces and compiled expressions, in order. */
function splitTemplate(name: string, source: string): Compiled<(string | Expression)[]> {
  const pieces: (string | Expression)[] = []
  let position = 0
  for (;;) {
    const start = source.indexOf('{{', position)
    if (start === -1) break
    const end = expressionEnd(source, start + 2)
    if (end === -1) return { ok: false, message: `${name}: "{{" without its "}}" in "${source}"` }
    if (start > position) pieces.push(source.slice(position, start))
    const compiled = compileExpression(name, source.slice(start + 2, end))
    if (!compiled.ok) return compiled
    pieces.push(compiled.part)
    position = end + 2
  }
  if (position < source.length || pieces.length === 0) pieces.push(source.slice(position))
  return { ok: true, part: pieces }
}

/** Where the `}}` of an expression stands; braces and quotes inside the expression are its own. */
function expressionEnd(source: string, from: number): number {
  let depth = 0
  let quote = ''
  for (let index = from; index < source.length; index++) {
    const character = source.charAt(index)
    if (quote !== '') {
      if (character === '\\') index++
      else if (character === quote) quote = ''
    } else if (character === '"' || character === "'" || character === '`') quote = character
    else if (character === '{') depth++
    else if (character === '}') {
      if (depth === 0 && source.charAt(index + 1) === '}') return index
      depth--
    }
  }
  return -1
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
