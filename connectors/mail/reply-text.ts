/** A mail's own words, what it answers to, and the block below the words. */
export interface ReplyParts {
  reply: string
  quoted: string
  signature: string
}

/**
 * Takes apart the text of a mail. Quotes are known by `>`, by the line before them ("On … wrote:") and by the blocks that
 * Outlook and others put above what they answer to; in English, Chinese and the larger languages of Europe. Words between
 * or below `>` lines are kept. Where nothing is recognised, all of it is the reply.
 */
export function cutReply(text: string): ReplyParts {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n')
  const own: string[] = []
  const quoted: string[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    if (startsHistory(lines, at)) {
      quoted.push(...lines.slice(at))
      break
    }
    const attribution = attributionLength(lines, at)
    if (line.startsWith('>') || attribution > 0) {
      const length = Math.max(1, attribution)
      quoted.push(...lines.slice(at, at + length))
      at += length
    } else {
      own.push(line)
      at += 1
    }
  }
  const { words, signature } = cutSignature(own)
  return { reply: words, quoted: quoted.join('\n').trim(), signature }
}

const ORIGINAL =
  /^\s*[-_]{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|message d['’]origine|message transféré|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|原始邮件|转发邮件|原始信息)\s*[-_]{0,}\s*$/i
const FROM = /^\s*\*?(?:from|von|de|da|van|från|od|发件人|寄件者)\*?\s*[:：]/i
const SENT =
  /^\s*\*?(?:sent|date|gesendet|datum|envoyé|enviado|enviada|fecha|data|inviato|verzonden|发送时间|发件时间|日期|时间)\*?\s*[:：]/i

/** Where all that follows is what was answered to: a ruled heading, or a block of `From:` and `Sent:`. */
function startsHistory(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? ''
  if (ORIGINAL.test(line)) return true
  const block = /^\s*_{8,}\s*$/.test(line) ? lines.slice(at + 1).findIndex(next => next.trim() !== '') + at + 1 : at
  return FROM.test(lines[block] ?? '') && lines.slice(block + 1, block + 4).some(next => SENT.test(next))
}

const WROTE: readonly RegExp[] = [
  /^on\b.{5,250}\bwrote:$/i,
  /^am\b.{5,250}\bschrieb\b.{0,250}:$/i,
  /^le\b.{5,250}\ba écrit\s?:$/i,
  /^el\b.{5,250}\bescribió:$/i,
  /^em\b.{5,250}\bescreveu:$/i,
  /^il\b.{5,250}\bha scritto:$/i,
  /^op\b.{5,250}\bschreef\b.{0,250}:$/i,
  /^(?:在|于|\d).{5,250}写道\s?[:：]$/,
]
/** Mail programs break long lines. */
const ATTRIBUTION_LINES_MAX = 3

/** How many lines from here on say who wrote what follows; 0: none. A date or an address must be among them. */
function attributionLength(lines: readonly string[], at: number): number {
  for (let length = 1; length <= ATTRIBUTION_LINES_MAX; length++) {
    const joined = lines
      .slice(at, at + length)
      .join(' ')
      .trim()
    if (joined.length > 600 || (lines[at + length - 1] ?? '').trim() === '') return 0
    if (WROTE.some(pattern => pattern.test(joined)) && /\d|@/.test(joined)) return length
  }
  return 0
}

const SENT_FROM =
  /^(?:sent from |get outlook for |von meinem .{2,40} gesendet|gesendet (?:von|mit) |envoyé (?:de|depuis) |enviado (?:desde|do|a partir) |inviato da |发自|从我的)/i
const CLOSING =
  /^(?:(?:best|kind|warm|many)? ?(?:regards|wishes|thanks)|best|cheers|sincerely|yours \w+|mit freundlichen grü(?:ß|ss)en|(?:viele|liebe|beste|herzliche|freundliche) grü(?:ß|ss)e|mfg|cordialement|bien à vous|saludos|un saludo|atentamente|atenciosamente|abraços|cordiali saluti|met vriendelijke groet(?:en)?|此致|祝好|顺祝商祺|谢谢)[\s,.!，。！]*$/i
const SIGNATURE_LINES_MAX = 12
const SIGNATURE_LINE_MAX = 100

function cutSignature(lines: readonly string[]): { words: string; signature: string } {
  const end = lines.findLastIndex(line => line.trim() !== '') + 1
  const at = signatureStart(lines.slice(0, end))
  if (at === undefined) return { words: tidy(lines), signature: '' }
  const block = lines.slice(/^-- ?$/.test(lines[at] ?? '') ? at + 1 : at, end)
  return { words: tidy(lines.slice(0, at)), signature: tidy(block) }
}

/** After `-- `; else from a closing phrase, or a phone's own line, at the end. Something must stand above it. */
function signatureStart(lines: readonly string[]): number | undefined {
  const delimiter = lines.findIndex(line => /^-- ?$/.test(line))
  if (delimiter >= 0) return delimiter
  const from = Math.max(0, lines.length - SIGNATURE_LINES_MAX)
  for (let at = from; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim()
    const isClosing = CLOSING.test(line) && lines.slice(at).every(one => one.length <= SIGNATURE_LINE_MAX)
    if (!isClosing && !SENT_FROM.test(line)) continue
    if (lines.slice(0, at).some(one => one.trim() !== '')) return at
  }
  return undefined
}

function tidy(lines: readonly string[]): string {
  return lines
    .map(line => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
