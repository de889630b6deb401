import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { ConfigProblem } from '#config/config.ts'

const patterns = z
  .array(
    z
      .string()
      .regex(/^\*?[^*]+\*?$/u, 'expected an exact value, or one with a leading or trailing *, such as info@*')
      .max(500),
  )
  .max(10_000)

const schema = z.strictObject({
  blocked: z.strictObject({
    any: patterns.optional(),
    email: patterns.optional(),
    mobile: patterns.optional(),
    taxId: patterns.optional(),
    wechatUnionid: patterns.optional(),
    wechatOpenid: patterns.optional(),
    wecomExternalUserid: patterns.optional(),
    externalId: patterns.optional(),
    sku: patterns.optional(),
    gtin: patterns.optional(),
  }),
  limits: z.strictObject({
    keysPerRecordMax: z.int().min(1).max(1000),
    keyCharsMax: z.int().min(1).max(1000),
  }),
})

export type IdentityPolicy = z.infer<typeof schema>
export type IdentityPolicyResult =
  { ok: true; policy: IdentityPolicy } | { ok: false; problems: readonly ConfigProblem[] }

export const SHIPPED_IDENTITY_POLICY = join(import.meta.dirname, '../../../rules/identity.yaml')

/** Reads the identity policy (rules/identity.yaml by default); every mistake is reported with its line. */
export function loadIdentityPolicy(file = SHIPPED_IDENTITY_POLICY): IdentityPolicyResult {
  try {
    return parseIdentityPolicy(readFileSync(file, 'utf8'), file)
  } catch (error) {
    const message = `cannot be read: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, problems: [{ file, path: '', message, expected: 'a readable file' }] }
  }
}

export function parseIdentityPolicy(text: string, file: string): IdentityPolicyResult {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => problem('', message, pos[0]))
    return { ok: false, problems }
  }
  const parsed = schema.safeParse(document.toJS())
  if (parsed.success) return { ok: true, policy: parsed.data }
  const problems = parsed.error.issues.map(({ path, message }) =>
    problem(path.map(String).join('.'), message, offsetOf(path.filter(key => typeof key !== 'symbol'))),
  )
  return { ok: false, problems }

  function problem(path: string, message: string, offset: number | undefined): ConfigProblem {
    if (offset === undefined) return { file, path, message }
    const { line, col: column } = lines.linePos(offset)
    return { file, line, column, path, message }
  }

  function offsetOf(path: readonly (string | number)[]): number | undefined {
    const node: unknown = document.getIn(path, true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const [start]: unknown[] = node.range
      if (typeof start === 'number') return start
    }
    return path.length > 0 ? offsetOf(path.slice(0, -1)) : undefined
  }
}
