/**
 * A text with places where its lines may break, in the manner of Wadler's "A prettier printer": a group is written on one
 * line if it fits, else it breaks at its own lines, and the groups in it decide for themselves.
 */
export type Document =
  | string
  | readonly Document[]
  /** A break if the group around it breaks, else `flat`. */
  | { readonly kind: 'line'; readonly flat: string }
  /** A break in any case; `blank`: with an empty line before. */
  | { readonly kind: 'break'; readonly blank: boolean }
  | { readonly kind: 'indent'; readonly content: Document }
  | { readonly kind: 'group'; readonly content: Document; readonly breaks: boolean }
  /** On one line if that fits; else `hugged` if it fits up to its first break; else `spread`, broken. */
  | { readonly kind: 'choice'; readonly hugged: Document; readonly spread: Document }
  /** As many on each line as fit. */
  | { readonly kind: 'fill'; readonly items: readonly string[] }

export const line: Document = { kind: 'line', flat: ' ' }
export const softLine: Document = { kind: 'line', flat: '' }
export const hardBreak: Document = { kind: 'break', blank: false }
export const blankLine: Document = { kind: 'break', blank: true }
export const indent = (content: Document): Document => ({ kind: 'indent', content })
export const group = (content: Document): Document => ({ kind: 'group', content, breaks: hasBreak(content) })
export const fill = (items: readonly string[]): Document => ({ kind: 'fill', items })

/** The lines break inside the last bracket, or everywhere. */
export const choice = (hugged: Document, spread: Document): Document => ({
  kind: 'choice',
  hugged: lastBroken(hugged),
  spread,
})

const isEmpty = (document: Document): boolean => isList(document) && document.every(isEmpty)

/** The same with the last group in it broken. */
function lastBroken(document: Document): Document {
  if (typeof document === 'string') return document
  if (!isList(document)) {
    if (document.kind === 'group') return { ...document, breaks: true }
    return document.kind === 'choice' ? document.hugged : document
  }
  const at = document.findLastIndex(one => typeof one !== 'string' && !isEmpty(one))
  return document.map((one, index) => (index === at ? lastBroken(one) : one))
}

/** True if it can never be written on one line. */
export function hasBreak(document: Document): boolean {
  if (typeof document === 'string') return document.includes('\n')
  if (isList(document)) return document.some(hasBreak)
  switch (document.kind) {
    case 'line':
    case 'fill':
      return false
    case 'choice':
      return hasBreak(document.spread)
    case 'break':
      return true
    case 'indent':
      return hasBreak(document.content)
    default:
      return document.breaks
  }
}

const isList = (document: Document): document is readonly Document[] => Array.isArray(document)

interface Part {
  readonly document: Document
  readonly depth: number
  readonly isFlat: boolean
}

const indentWidth = 2

/** Writes a document in lines of `width` characters where that can be had. */
export function writeDocument(document: Document, width: number): string {
  const parts: Part[] = [{ document, depth: 0, isFlat: false }]
  let text = ''
  let column = 0
  const add = (more: string): void => {
    text += more
    column = more.includes('\n') ? more.length - more.lastIndexOf('\n') - 1 : column + more.length
  }
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const { document: one, depth, isFlat } = part
    if (typeof one === 'string') add(one)
    else if (isList(one)) parts.push(...one.map(item => ({ document: item, depth, isFlat })).reverse())
    else if (one.kind === 'indent') parts.push({ document: one.content, depth: depth + 1, isFlat })
    else if (one.kind === 'line' && isFlat) add(one.flat)
    else if (one.kind === 'line' || one.kind === 'break') {
      const blank = one.kind === 'break' && one.blank ? '\n' : ''
      text = `${text.trimEnd()}${blank}\n${' '.repeat(depth * indentWidth)}`
      column = depth * indentWidth
    } else if (one.kind === 'fill') {
      for (const [index, item] of one.items.entries()) {
        const isRoom = isFlat || column + item.length + 1 <= width
        add(index === 0 ? item : isRoom ? ` ${item}` : `\n${' '.repeat(depth * indentWidth)}${item}`)
      }
    } else {
      const content = one.kind === 'group' ? one.content : one.spread
      const flat: Part = { document: content, depth, isFlat: true }
      const breaks = one.kind === 'group' ? one.breaks : hasBreak(one.spread)
      if (isFlat || (!breaks && fits(flat, parts, width - column))) parts.push(flat)
      else if (one.kind === 'group') parts.push({ document: content, depth, isFlat: false })
      else {
        const hugged: Part = { document: one.hugged, depth, isFlat: false }
        const spread: Part = { document: broken(one.spread), depth, isFlat: false }
        parts.push(fits(hugged, parts, width - column) ? hugged : spread)
      }
    }
  }
  return text
}

const broken = (document: Document): Document =>
  typeof document === 'object' && 'kind' in document && document.kind === 'group'
    ? { ...document, breaks: true }
    : document

/**
 * Whether a part and what follows it on the same line have room, up to the first break. What follows may break wherever it
 * can: only so does it not matter whether the source has the break there already.
 */
function fits(part: Part, following: readonly Part[], room: number): boolean {
  const parts: (Part & { readonly isRest: boolean })[] = [{ ...part, isRest: false }]
  let next = following.length
  let left = room
  while (left >= 0) {
    const { document: one, isFlat, isRest, depth } = parts.pop() ?? { ...(following[--next] ?? ending), isRest: true }
    const add = (document: Document, isInFlat: boolean): void =>
      void parts.push({ document, isFlat: isInFlat, isRest, depth })
    if (typeof one === 'string') {
      if (one.includes('\n')) return one.indexOf('\n') <= left
      left -= one.length
    } else if (isList(one)) for (const item of one.toReversed()) add(item, isFlat)
    else if (one.kind === 'indent') add(one.content, isFlat)
    else if (one.kind === 'break' || (one.kind === 'line' && !isFlat)) return true
    else if (one.kind === 'line') left -= one.flat.length
    else if (one.kind === 'fill') left -= one.items.join(' ').length
    else if (one.kind === 'group') add(one.content, isFlat || !(isRest || one.breaks))
    else {
      const isBroken = !isFlat && (isRest || hasBreak(one.spread))
      add(isBroken ? one.hugged : one.spread, !isBroken)
    }
  }
  return false
}

const ending: Part = { document: hardBreak, depth: 0, isFlat: false }
