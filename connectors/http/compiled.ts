import type { HttpCall } from '#connector/network/http.ts'
import { compileExpression, compileTemplate, compileText, encodePathValue } from '#connector/template.ts'
import type { Compiled, Expression, Rendered, Template, TextTemplate, Variables } from '#connector/template.ts'
import { isJsonObject } from '#model/json.ts'
import { formText } from './form.ts'
import type { ApiSettings, CallSettings, RuleSettings } from './settings.ts'

export interface CompiledRule extends Omit<RuleSettings, 'when'> {
  when?: Expression
}

/** A configured call, ready to be filled in; the address is complete, authentication comes later. */
export interface CompiledCall {
  render(variables: Variables, nowMs: number): Rendered<HttpCall>
}

/** Compiles the parts of one system's settings on first use, and keeps them as long as the settings live. */
export interface CompiledApi {
  call(name: string, settings: CallSettings): CompiledCall
  rules(name: string, ...lists: readonly (readonly RuleSettings[] | undefined)[]): readonly CompiledRule[]
  expression(name: string, source: string): Expression
}

const cache = new WeakMap<ApiSettings, CompiledApi>()

export function compiledApi(settings: ApiSettings): CompiledApi {
  let api = cache.get(settings)
  if (!api) {
    api = createCompiledApi(settings)
    cache.set(settings, api)
  }
  return api
}

/** Every mistake in the templates and expressions of the settings. */
export function templateProblems(settings: ApiSettings): string[] {
  const problems: string[] = []
  const tell = (compiled: Compiled<unknown>): void => void (compiled.ok || problems.push(compiled.message))
  visit(settings, '', (path, part) => {
    if (typeof part.path === 'string' && typeof part.method === 'string')
      tell(compileCall(path, part as CallSettings, settings))
    for (const name of ['when', 'expired', 'deleted', 'failed'])
      if (typeof part[name] === 'string') tell(compileExpression(`${path}.${name}`, part[name]))
  })
  return problems
}

function visit(value: unknown, path: string, look: (path: string, part: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) return value.forEach((item, index) => visit(item, `${path}.${index}`, look))
  if (typeof value !== 'object' || value === null) return
  const part = Object.fromEntries(Object.entries(value))
  look(path === '' ? 'settings' : path, part)
  for (const [name, member] of Object.entries(part))
    if (name !== 'body' && name !== 'variables') visit(member, path === '' ? name : `${path}.${name}`, look)
}

function createCompiledApi(settings: ApiSettings): CompiledApi {
  const parts = new Map<string, unknown>()
  // Settings were checked at start (templateProblems), so a failure here is a bug and may throw.
  const once = <Part>(name: string, compile: () => Compiled<Part>): Part => {
    const known = parts.get(name)
    if (known !== undefined) return known as Part
    const compiled = compile()
    if (!compiled.ok) throw new Error(`http connector: ${compiled.message}`)
    parts.set(name, compiled.part)
    return compiled.part
  }
  return {
    call: (name, call) => once(`call ${name}`, () => compileCall(name, call, settings)),
    expression: (name, source) => once(`expression ${name}`, () => compileExpression(name, source)),
    rules: (name, ...lists) =>
      once(`rules ${name}`, () =>
        compileRules(
          name,
          [...lists, settings.rules].flatMap(list => list ?? []),
        ),
      ),
  }
}

function compileRules(name: string, rules: readonly RuleSettings[]): Compiled<readonly CompiledRule[]> {
  const compiled: CompiledRule[] = []
  for (const [index, { when, ...rule }] of rules.entries()) {
    if (when === undefined) {
      compiled.push(rule)
      continue
    }
    const expression = compileExpression(`${name}.rules.${index}.when`, when)
    if (!expression.ok) return expression
    compiled.push({ ...rule, when: expression.part })
  }
  return { ok: true, part: compiled }
}

function compileCall(name: string, call: CallSettings, { baseUrl }: ApiSettings): Compiled<CompiledCall> {
  const path = compileText(`${name}.path`, call.path, encodePathValue)
  const query = compileTexts(`${name}.query`, call.query ?? {})
  const headers = compileTexts(`${name}.headers`, call.headers ?? {})
  const body = call.body === undefined ? undefined : compileTemplate(`${name}.body`, call.body)
  if (!path.ok) return path
  if (!query.ok) return query
  if (!headers.ok) return headers
  if (body && !body.ok) return body
  const render = (variables: Variables, nowMs: number): Rendered<HttpCall> => {
    const address = path.part.render(variables, nowMs)
    if (!address.ok) return address
    const parameters = renderTexts(query.part, variables, nowMs)
    if (!parameters.ok) return parameters
    const fields = renderTexts(headers.part, variables, nowMs)
    if (!fields.ok) return fields
    const payload = body && renderBody(name, body.part, call.form, variables, nowMs)
    if (payload && !payload.ok) return payload
    const form = call.form !== false ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
    return {
      ok: true,
      value: {
        method: call.method,
        url: addressBelow(baseUrl, address.value),
        query: parameters.value,
        headers: { ...form, ...fields.value },
        ...payload?.value,
      },
    }
  }
  return { ok: true, part: { render } }
}

/** The base URL keeps its own path: `/v1` below `https://host/api` is `https://host/api/v1`. */
export function addressBelow(baseUrl: string, path: string): string {
  return /^https?:\/\//.test(path) ? path : `${baseUrl.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
}

function compileTexts(name: string, texts: Readonly<Record<string, string>>): Compiled<[string, TextTemplate][]> {
  const compiled: [string, TextTemplate][] = []
  for (const [key, source] of Object.entries(texts)) {
    const text = compileText(`${name}.${key}`, source)
    if (!text.ok) return text
    compiled.push([key, text.part])
  }
  return { ok: true, part: compiled }
}

function renderTexts(
  texts: readonly [string, TextTemplate][],
  variables: Variables,
  nowMs: number,
): Rendered<Record<string, string>> {
  const rendered: Record<string, string> = {}
  for (const [key, text] of texts) {
    const result = text.render(variables, nowMs)
    if (!result.ok) return result
    if (result.value !== '') rendered[key] = result.value
  }
  return { ok: true, value: rendered }
}

function renderBody(
  name: string,
  body: Template,
  form: CallSettings['form'],
  variables: Variables,
  nowMs: number,
): Rendered<Pick<HttpCall, 'json' | 'body'>> {
  const result = body.render(variables, nowMs)
  if (!result.ok) return result
  if (result.value === undefined) return { ok: true, value: {} }
  if (form === false) return { ok: true, value: { json: result.value } }
  if (!isJsonObject(result.value)) return { ok: false, message: `${name}.body: a form needs an object` }
  return { ok: true, value: { body: formText(result.value, form === 'nested') } }
}
