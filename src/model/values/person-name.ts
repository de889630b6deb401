import { plainText } from './text.ts'

export interface PersonName {
  readonly givenName?: string
  readonly familyName?: string
  readonly fullName: string
}

/** Chinese surnames of two characters that are in use. */
const compoundSurnames = new Set(
  (
    '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 ' +
    '司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 ' +
    '公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书 子桑 即墨 达奚 褚师 ' +
    '歐陽 司馬 東方 獨孤 南宮 萬俟 聞人 諸葛 尉遲 公羊 赫連 濮陽 鍾離 長孫 鮮于 閭丘 軒轅 令狐 呼延 東郭'
  ).split(' '),
)
const koreanCompounds = new Set(['남궁', '황보', '제갈', '사공', '선우', '서문', '독고', '동방'])

const titles = /^(?:(?:mr|mrs|ms|miss|mx|dr|prof|sir|herr|frau|mme|m|sr|sra)\.?\s+)+/i
const honorifics = /(?:先生|女士|小姐|太太|老师)$/
const suffix = /^(?:jr|sr|ii|iii|iv|phd|md|esq)\.?$/i
/** Words that open a family name: from the first of them on, everything belongs to it. */
const particles = new Set(
  'van von der den de del della di da dos das du la le ter ten zu zur af bin al el st'.split(' '),
)
const organisation = /公司|集团|有限|大学|医院|学校|银行|事务所|中心|部$/

/**
 * A name taken apart, at home in Chinese (family name first, also of two characters) and Western names ("Ann van der
 * Berg", "Berg, Ann"). Parts that cannot be told are left out; `fullName` is always there. Undefined for a blank.
 */
export function personName(full: unknown): PersonName | undefined {
  const text = plainText(full, 200)?.replaceAll(/\s+/g, ' ')
  if (text === undefined || !/\p{L}/u.test(text)) return undefined
  const parts = taken(text)
  return {
    ...(parts.given === undefined ? {} : { givenName: parts.given }),
    ...(parts.family === undefined ? {} : { familyName: parts.family }),
    fullName: parts.full ?? text,
  }
}

interface Parts {
  readonly given?: string | undefined
  readonly family?: string | undefined
  readonly full?: string | undefined
}

function taken(text: string): Parts {
  if (/^[\p{Script=Han}·・ ]+$/u.test(text)) return hanName(text)
  if (/^[\p{Script=Hangul}]{2,5}$/u.test(text)) return split(text, koreanCompounds)
  // Kana and Hangul names with a space have the family name first, too; without one they cannot be told apart.
  if (/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul} ー]+$/u.test(text)) {
    const [family, ...given] = text.split(' ')
    return given.length === 0 ? {} : { family, given: given.join(' ') }
  }
  return westernName(text)
}

function hanName(text: string): Parts {
  if (organisation.test(text)) return {}
  const bare = text.replace(honorifics, '').trim()
  if (bare === '') return {}
  // Names such as 阿依古丽·买买提 have the person's own name first and no family name.
  const dot = /[·・]/.exec(bare)
  if (dot !== null) return { given: bare.slice(0, dot.index), family: bare.slice(dot.index + 1), full: bare }
  const [family, ...given] = bare.split(' ')
  const isSpacedLetters = given.length > 0 && bare.split(' ').every(part => part.length === 1)
  if (given.length > 0 && !isSpacedLetters) return { family, given: given.join(''), full: bare }
  return { ...split(bare.replaceAll(' ', ''), compoundSurnames), full: bare.replaceAll(' ', '') }
}

function split(text: string, compounds: ReadonlySet<string>): Parts {
  const characters = Array.from(text)
  const length = compounds.has(characters.slice(0, 2).join('')) ? 2 : 1
  const given = characters.slice(length).join('')
  return { family: characters.slice(0, length).join(''), given: given === '' ? undefined : given }
}

function westernName(text: string): Parts {
  const bare = text.replace(titles, '')
  const comma = bare.indexOf(',')
  const afterComma = bare.slice(comma + 1).trim()
  if (comma > 0 && afterComma !== '' && !suffix.test(afterComma)) {
    const family = bare.slice(0, comma).trim()
    return { family, given: afterComma, full: `${afterComma} ${family}` }
  }
  const words = bare.replaceAll(',', '').split(' ')
  while (words.length > 2 && suffix.test(words.at(-1) ?? '')) words.pop()
  if (words.length === 1) return { given: words[0], full: bare }
  const particle = words.findIndex((word, index) => index > 0 && particles.has(word.toLowerCase()))
  const start = particle > 0 && particle < words.length - 1 ? particle : words.length - 1
  return { given: words.slice(0, start).join(' '), family: words.slice(start).join(' '), full: bare }
}
