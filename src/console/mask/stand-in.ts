import { createHash } from 'node:crypto'
import type { HubKey } from '#config/key.ts'
import { stars, type Veil } from './stars.ts'

const DATE = /\d{4}-\d{2}-\d{2}.*/
const WORDS = ['Alex', 'Robin', 'Kim', 'Sam', 'Toni', 'Noa', 'Mika', 'Jo', 'Charlie', 'Luca', 'Sasha', 'Dana']
const FAMILY = Array.from('王李张刘陈杨赵黄周吴')
const GIVEN = Array.from('文安宁华明清乐平')
/** So much of a number stays as tells its country and kind, by which it is read. */
const KEPT_OF_NUMBER = 0.4

/**
 * Invented values in the place of personal ones, of a form that mappings read as they read the true ones: mails, phones,
 * names. The same value becomes the same one each time; nobody without the hub's key can tell from which.
 */
export function createStandIns(key: HubKey): Veil {
  const hash = (text: string): Buffer => key.hashes('stand-in', text)[0]
  const digits = (text: string): string => {
    const bytes = createHash('sha512').update(hash(text)).digest()
    const all = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0
    let seen = 0
    return text.replace(/[\p{L}\p{N}]/gu, char => {
      const byte = bytes[seen % bytes.length] ?? 0
      if (++seen <= Math.floor(all * KEPT_OF_NUMBER)) return char
      if (/\d/.test(char)) return String(2 + (byte % 8))
      const letter = String.fromCharCode(97 + (byte % 26))
      return char === char.toUpperCase() ? letter.toUpperCase() : letter
    })
  }
  return {
    email: text => `${hash(text.toLowerCase()).toString('hex').slice(0, 10)}@example.com`,
    name: text =>
      text.replace(/\p{Script=Han}+|[^\s\p{Script=Han}]+/gu, word => {
        const bytes = hash(word)
        const pick = (from: readonly string[], at: number): string => from[(bytes[at] ?? 0) % from.length] ?? ''
        if (!/\p{Script=Han}/u.test(word)) return pick(WORDS, 0)
        return Array.from(word, (_, index) => pick(index === 0 ? FAMILY : GIVEN, index % bytes.length)).join('')
      }),
    number: digits,
    figure: value => Number(digits(String(Math.abs(value)))) || 0,
    time: text =>
      DATE.test(text)
        ? text.replace(DATE, date => (date.length > 10 ? '1980-01-01T00:00:00Z' : '1980-01-01'))
        : text.replace(/\d/g, '1'),
    freeText: stars.freeText,
  }
}
