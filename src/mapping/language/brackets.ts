/** A bracket, quote, comment or pattern that the source opens: with what, and where. */
export interface Opened {
  readonly open: string
  readonly close: string
  /** Characters from the start of the source. */
  readonly position: number
}

/** What of a source is open at its end, the innermost last, and the first closing bracket that does not fit. */
export interface Brackets {
  readonly open: readonly Opened[]
  readonly misfit?: { readonly close: string; readonly position: number; readonly inside: Opened | undefined }
}

const closings: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const openings: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** Where a value is expected: a slash begins a pattern there, and divides elsewhere. */
const beforeValue = /(?:(?:^|[^\w$])(?:and|or|in)|[^\s\w$"'`)\]}]|^)\s*$/

/** Comments, texts, names in backquotes, patterns and brackets; the former also where their end is missing. */
const marks = /\/\*[^]*?(?:\*\/|$)|"(?:[^"\\]|\\[^])*"?|'(?:[^'\\]|\\[^])*'?|`[^`]*`?|\/(?:[^/\\]|\\[^])*\/?|[()[\]{}]/g

/** Reads the brackets of a source that need not parse. */
export function readBrackets(source: string): Brackets {
  const open: Opened[] = []
  marks.lastIndex = 0
  for (let found = marks.exec(source); found !== null; found = marks.exec(source)) {
    const { 0: text, index: position } = found
    const close = closings[text]
    if (close !== undefined) open.push({ open: text, close, position })
    else if (text in openings) {
      const inside = open.pop()
      if (inside?.close !== text) return { open, misfit: { close: text, position, inside } }
    } else if (text.startsWith('/') && !text.startsWith('/*') && !beforeValue.test(source.slice(0, position)))
      marks.lastIndex = position + 1
    else {
      const [begin, end] = text.startsWith('/*') ? ['/*', '*/'] : [text.charAt(0), text.charAt(0)]
      const isClosed = text.length >= begin.length + end.length && text.endsWith(end)
      if (!isClosed) open.push({ open: begin, close: end, position })
    }
  }
  return { open }
}

/** The bracket that a closing one is for. */
export const openingOf = (close: string): string | undefined => openings[close]

/** Not a text, name, comment or pattern. */
export const isBracket = ({ open }: Opened): boolean => open in closings
