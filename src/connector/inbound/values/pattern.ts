/**
 * What the stars of a pattern stand for in a text, as short as possible and the last one as long as it must be; undefined
 * when the text does not fit. The first and last pieces are anchored.
 */
export function captures(pattern: string, text: string): readonly string[] | undefined {
  const pieces = pattern.split('*')
  const first = pieces[0] ?? ''
  const last = pieces.at(-1) ?? ''
  if (pieces.length === 1) return pattern === text ? [] : undefined
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return undefined
  const found: string[] = []
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const next = text.indexOf(piece, at)
    if (next < 0) return undefined
    found.push(text.slice(at, next))
    at = next + piece.length
  }
  const end = text.length - last.length
  return at <= end ? [...found, text.slice(at, end)] : undefined
}
