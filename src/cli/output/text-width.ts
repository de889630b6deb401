import { stripVTControlCharacters } from 'node:util'

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** What terminals show over two columns: CJK, Kana, Hangul, full-width forms and emoji (Unicode UAX 11, classes W and F). */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{1FA70}-\u{1FAFF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

/** How many columns a terminal needs for a text. */
export function displayWidth(text: string): number {
  let width = 0
  for (const { segment } of segments.segment(stripVTControlCharacters(text))) {
    width += NO_WIDTH.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1
  }
  return width
}

export function padText(text: string, width: number, align: 'left' | 'right'): string {
  const padding = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return align === 'left' ? text + padding : padding + text
}

/** Cuts a text to a width, with an ellipsis for what is gone. */
export function truncateText(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  for (const { segment } of segments.segment(text)) {
    if (displayWidth(kept) + displayWidth(segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}
