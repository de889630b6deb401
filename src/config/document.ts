import { LineCounter, isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document, Node, Pair } from 'yaml'
import type { ConfigProblem } from './config.ts'

export type Path = readonly (string | number)[]

/** A parsed YAML file that still knows where each value stands. */
export interface ConfigDocument {
  file: string
  /** The file as plain values. */
  value: unknown
  /** Line and column (from 1) of the value at a path, or of its key; of its nearest parent when it is absent. */
  locate(path: Path, part?: 'key' | 'value'): { line: number; column: number }
}

export type DocumentResult = { ok: true; document: ConfigDocument } | { ok: false; problems: readonly ConfigProblem[] }

/** Aliases beyond this are taken for an attack ("billion laughs"). */
const ALIASES_MAX = 100

/**
 * Parses a configuration text. The parser's own messages carry no source lines (`prettyErrors` is off), since these could show a secret.
 */
export function parseConfigDocument(text: string, file: string): DocumentResult {
  const lines = new LineCounter()
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true })
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  if (parsed.errors.length > 0) {
    return {
      ok: false,
      problems: parsed.errors.map(error => ({ file, ...place(error.pos[0]), path: '', message: error.message })),
    }
  }
  let value: unknown
  try {
    value = parsed.toJS({ maxAliasCount: ALIASES_MAX })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { ok: false, problems: [{ file, line: 1, column: 1, path: '', message }] }
  }
  return {
    ok: true,
    document: {
      file,
      value: value ?? {},
      locate: (path, part = 'value') => place(offsetOf(parsed, path, part)),
    },
  }
}

function offsetOf(document: Document, path: Path, part: 'key' | 'value'): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    const next = childOf(node, step)
    if (!next) return offset
    const wanted = index === path.length - 1 && part === 'key' ? next.key : next.value
    offset = startOf(wanted) ?? startOf(next.key) ?? offset
    node = next.value
  }
  return offset
}

function childOf(node: unknown, step: string | number): { key: unknown; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item: Pair) => isScalar(item.key) && String(item.key.value) === String(step))
    return isPair(pair) ? { key: pair.key, value: pair.value } : undefined
  }
  if (isSeq(node) && typeof step === 'number') {
    const item: unknown = node.items[step]
    return item === undefined ? undefined : { key: item, value: item }
  }
  return undefined
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined
}
