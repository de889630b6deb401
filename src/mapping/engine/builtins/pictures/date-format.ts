import { LRUCache } from 'lru-cache'

/** Writes a moment by a picture, in a time zone such as `+0100`: the reference's `$fromMillis`. */
type Write = (ms: number, picture: string, zone: string | undefined) => unknown

/** A text as it is, or a marker such as `[M01]` with the number its text hangs on and the texts it had so far. */
type Part =
  string | { readonly marker: string; readonly valueOf: (date: Date) => number; readonly texts: Map<number, string> }

const pictures = new LRUCache<string, readonly Part[]>({ max: 200 })
const textsKeptMax = 1000

/**
 * `$fromMillis` with a picture. How a component looks is the reference's to say, and it is asked once for each value of a
 * component: a month has twelve. Texts are then put together from what was kept.
 */
export function formatDate(ms: number, picture: string, zone: string | undefined, write: Write): unknown {
  const date = new Date(ms + (zone === undefined ? 0 : shiftOf(zone)))
  if (Number.isNaN(date.getTime())) return write(ms, picture, zone)
  const key = zone === undefined ? picture : `${zone} ${picture}`
  const known = pictures.get(key)
  if (known !== undefined) return assembled(known, date, marker => String(write(ms, marker, zone)))
  // A picture that is no good is refused here, each time anew.
  const text = write(ms, picture, zone)
  pictures.set(key, partsOf(picture))
  return text
}

function assembled(parts: readonly Part[], date: Date, write: (marker: string) => string): string {
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string') text += part
    else {
      const { marker, texts } = part
      const value = part.valueOf(date)
      let shown = texts.get(value)
      if (shown === undefined) {
        shown = write(marker)
        if (texts.size >= textsKeptMax) texts.clear()
        texts.set(value, shown)
      }
      text += shown
    }
  }
  return text
}

/** What the reference makes of a zone: hundreds are hours, the rest are minutes. */
function shiftOf(zone: string): number {
  const offset = Number.parseInt(zone, 10)
  return (60 * Math.floor(offset / 100) + (offset % 100)) * 60_000
}

const values: Readonly<Record<string, (date: Date) => number>> = {
  Y: date => date.getUTCFullYear(),
  M: date => date.getUTCMonth(),
  D: date => date.getUTCDate(),
  F: date => date.getUTCDay(),
  H: date => date.getUTCHours(),
  h: date => date.getUTCHours(),
  P: date => date.getUTCHours(),
  m: date => date.getUTCMinutes(),
  s: date => date.getUTCSeconds(),
  f: date => date.getUTCMilliseconds(),
  Z: () => 0,
  z: () => 0,
}

const dayMs = 86_400_000
/** Weeks, the day of the year and the rest: the same all day. */
const dayOf = (date: Date): number => Math.floor(date.getTime() / dayMs)

/** Cuts a picture that the reference has accepted into texts and markers. `[[` and `]]` are brackets as they are. */
function partsOf(picture: string): readonly Part[] {
  return Array.from(picture.matchAll(/\[\[|\[[^\]]*\]|[^[]+/g), ([piece]): Part => {
    if (piece === '[[') return '['
    if (!piece.startsWith('[')) return piece.replaceAll(']]', ']')
    const component = piece.slice(1).trimStart().charAt(0)
    return { marker: piece, valueOf: values[component] ?? dayOf, texts: new Map() }
  })
}
