import { z } from 'zod'

const DURATION_UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const SIZE_UNITS_BYTES = { b: 1, kb: 1_024, mb: 1_024 ** 2, gb: 1_024 ** 3 } as const

/** Milliseconds of a duration such as `500ms`, `30s`, `5m`, `2h`, `30d`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  return parseQuantity(text, DURATION_UNITS_MS)
}

/** Bytes of a size such as `512b`, `64kb`, `1mb`; units are powers of 1,024, as in nginx and Express. Undefined when it is none. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text.toLowerCase(), SIZE_UNITS_BYTES)
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)\s?([a-z]{1,2})$/.exec(text.trim())
  const factor = match ? units[match[2] ?? ''] : undefined
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined
}

/** A duration in the file, milliseconds after parsing. */
export const duration = quantity(parseDuration, 'a duration with its unit, such as 30s, 5m or 2h')

/** A size in the file, bytes after parsing. */
export const size = quantity(parseSize, 'a size with its unit, such as 64kb or 1mb')

function quantity(parse: (text: string) => number | undefined, expected: string) {
  return z.unknown().transform((value, context): number => {
    const parsed = typeof value === 'string' ? parse(value) : undefined
    if (parsed !== undefined) return parsed
    context.issues.push({ code: 'custom', message: expected, input: value })
    return z.NEVER
  })
}
