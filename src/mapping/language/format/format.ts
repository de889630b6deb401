import { parse } from '../../engine/syntax/tree.ts'
import { hardBreak, writeDocument } from './document.ts'
import { commentsBefore, layOut } from './layout.ts'
import { readWritten } from './syntax.ts'

/** As wide as the lines of the project's own files. */
const lineWidth = 120

/**
 * A source text with its lines and blanks set in one way; ends in a line break. Tokens and comments stay as they are, so
 * that it means the same. Formatting it again changes nothing. Throws what the parser of the language throws.
 */
export function formatSource(source: string): string {
  parse(source)
  const { root, end } = readWritten(source)
  const closing = end.comments.length === 0 ? [] : [hardBreak, commentsBefore(end)]
  return `${writeDocument([layOut(root), closing], lineWidth).trim()}\n`
}
