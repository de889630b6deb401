/** Elements whose content is no text. */
const silent = new Set(['script', 'style', 'head', 'template', 'noscript'])
/** Elements that begin and end on a line of their own. */
const blocks = new Set(
  'p div br li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote section article header footer pre hr'.split(' '),
)

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  deg: '°',
  times: '×',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  ntilde: 'ñ',
}

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g, (whole, decimal, hex, name) => {
    const named = typeof name === 'string' ? entities[name] : undefined
    if (named !== undefined) return named
    const point =
      typeof decimal === 'string' ? Number(decimal) : typeof hex === 'string' ? Number.parseInt(hex, 16) : NaN
    const isCharacter = point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
    return isCharacter ? String.fromCodePoint(point) : whole
  })
}

/**
 * The readable text of an HTML fragment: tags and scripts go, blocks become lines, entities characters. One pass, in
 * proportion to the length. For text in tickets and mails; not a sanitiser, since the result is no HTML any more.
 */
export function htmlText(html: string): string {
  let text = ''
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open < 0) break
    text += html.slice(at, open)
    const tag = /^<(?:!--|(\/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])|[!?])/.exec(html.slice(open, open + 30))
    if (tag === null) {
      text += '<'
      at = open + 1
      continue
    }
    const name = (tag[2] ?? '').toLowerCase()
    at = endOf(html, open, tag[0].startsWith('<!--') ? '-->' : '>')
    if (blocks.has(name)) text += '\n'
    if (tag[1] === '' && silent.has(name)) at = skipTo(html, at, name)
  }
  const lines = decode(text + html.slice(at)).split('\n')
  const tidy = lines.map(line => line.replaceAll(/[ \t\r\u00a0]+/g, ' ').trim()).join('\n')
  return tidy.replaceAll(/\n{3,}/g, '\n\n').trim()
}

function endOf(html: string, from: number, mark: string): number {
  const end = html.indexOf(mark, from)
  return end < 0 ? html.length : end + mark.length
}

/** Behind the closing tag of an element whose content is left out. */
function skipTo(html: string, from: number, name: string): number {
  const closing = new RegExp(`</${name}[\\s>]`, 'ig')
  closing.lastIndex = from
  const found = closing.exec(html)
  return found === null ? html.length : endOf(html, found.index, '>')
}
