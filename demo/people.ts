import type { Random } from '../connectors/http/example/sandboxes/random.ts'

export interface DemoCompany {
  name: string
  taxId: string
  website: string
  city: string
  country: string
  industry: string
}

export interface DemoPerson {
  givenName: string
  familyName: string
  /** As the person writes it: family name first in Chinese. */
  fullName: string
  email: string | undefined
  /** E.164. */
  mobile: string
  jobTitle: string
  language: string
  wechatUnionid: string | undefined
  company: DemoCompany | undefined
}

const SURNAMES =
  '王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma 朱zhu 胡hu 郭guo 何he 林lin 欧阳ouyang 司马sima 诸葛zhuge'
const GIVEN =
  '伟wei 芳fang 娜na 敏min 静jing 丽li 强qiang 磊lei 洋yang 勇yong 艳yan 杰jie 小明xiaoming 晓梅xiaomei 建国jianguo 志强zhiqiang 雨桐yutong 子涵zihan 思远siyuan 佳怡jiayi 浩然haoran 婷婷tingting 文博wenbo 一诺yinuo'
const WESTERN_GIVEN =
  'Ana Bruno Clara David Elena Filip Greta Hugo Ines Jan Katja Lars Marta Nuno Olga Pavel Rosa Sven Teresa Viktor'
const WESTERN_FAMILY =
  'Silva|Santos|van der Berg|de Vries|Müller|Schneider|Novák|Rossi|Jensen|García|O’Brien|Kowalski|Lindqvist|Papadakis|Moreau|von Stein'
const TITLES = 'Buyer|CFO|Engineer|Managing director|Office manager|采购经理|财务总监|工程师|总经理|市场专员'
const CITIES =
  'Delft NL|Porto PT|Leipzig DE|Utrecht NL|Braga PT|Bremen DE|上海 CN|深圳 CN|杭州 CN|成都 CN|苏州 CN|北京 CN'
const CHINESE_FIRMS =
  '晨光chenguang 远航yuanhang 明达mingda 华信huaxin 东升dongsheng 锦程jincheng 天和tianhe 瑞丰ruifeng 云海yunhai 中科zhongke'
const CHINESE_KINDS = '科技 贸易 机械 电子 物流 食品'
const WESTERN_FIRMS = 'Nordwind Alvorada Tessel Kranich Oude Haven Ponte Steinbach Mirador Halcyon Brisa'
const INDUSTRIES = 'Manufacturing|Trade|Logistics|Software|Food'
const USCC = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/**
 * Companies and people of a seed; mail domains are under `.example`, so that nothing could ever leave. People are
 * numbered from `firstNumber` on: with other numbers they are other people.
 */
export function createPopulation(
  random: Random,
  sizes: { companies: number; people: number; firstNumber?: number },
): {
  companies: DemoCompany[]
  people: DemoPerson[]
} {
  const companies = Array.from({ length: sizes.companies }, (_, index) => createCompany(random, index))
  const { firstNumber = 0 } = sizes
  const people = Array.from({ length: sizes.people }, (_, index) =>
    createPerson(random, companies, firstNumber + index),
  )
  return { companies, people }
}

function createCompany(random: Random, index: number): DemoCompany {
  const [city = '', country = ''] = random.pick(CITIES.split('|')).split(' ')
  const common = { city, country, industry: random.pick(INDUSTRIES.split('|')) }
  if (country === 'CN') {
    const { han, pinyin } = spelled(random.pick(CHINESE_FIRMS.split(' ')))
    const name = `${city}${han}${random.pick(CHINESE_KINDS.split(' '))}${index}有限公司`
    return { ...common, name, taxId: creditCode(random), website: `https://www.${pinyin}${index}.example` }
  }
  const firm = random.pick(WESTERN_FIRMS.split(' '))
  const [form, digits] = country === 'DE' ? ['GmbH', 9] : country === 'PT' ? ['Lda', 9] : ['B.V.', 9]
  const number = String(100_000_000 + random.integer(899_999_999)).slice(0, digits)
  const taxId = country === 'NL' ? `NL${number}B01` : `${country}${number}`
  return {
    ...common,
    name: `${firm} ${index} ${form}`,
    taxId,
    website: `https://${firm.toLowerCase()}${index}.example`,
  }
}

function createPerson(random: Random, companies: readonly DemoCompany[], index: number): DemoPerson {
  const company = companies.length > 0 && random.chance(0.6) ? random.pick(companies) : undefined
  const domain = company
    ? company.website.replace(/^https:\/\/(www\.)?/, '')
    : random.pick(['mail.example', 'post.example'])
  const common = { jobTitle: random.pick(TITLES.split('|')), company }
  if (random.chance(0.55)) {
    const family = spelled(random.pick(SURNAMES.split(' ')))
    const given = spelled(random.pick(GIVEN.split(' ')))
    return {
      ...common,
      givenName: given.han,
      familyName: family.han,
      fullName: family.han + given.han,
      // Some are known by mobile number and WeChat only.
      email: random.chance(0.15) ? undefined : `${given.pinyin}.${family.pinyin}${index}@${domain}`,
      mobile: `+861${random.pick(['38', '39', '50', '86', '77'])}${String(10_000_000 + index * 7919).slice(-8)}`,
      language: 'zh',
      wechatUnionid: random.chance(0.4) ? `oDemo${String(index).padStart(6, '0')}unionid` : undefined,
    }
  }
  const givenName = random.pick(WESTERN_GIVEN.split(' '))
  const familyName = random.pick(WESTERN_FAMILY.split('|'))
  const mailbox = `${givenName}.${familyName}${index}`
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z0-9.]/g, '')
  const number = String(10_000_000 + index * 7919).slice(-7)
  return {
    ...common,
    givenName,
    familyName,
    fullName: `${givenName} ${familyName}`,
    email: `${mailbox}@${domain}`,
    mobile: random.pick([`+3161${number}`, `+35191${number}`, `+491512${number}`]),
    language: 'en',
    wechatUnionid: undefined,
  }
}

function spelled(entry: string): { han: string; pinyin: string } {
  const [, han = '', pinyin = ''] = /^(\P{ASCII}+)(\w+)$/u.exec(entry) ?? []
  return { han, pinyin }
}

/** A 统一社会信用代码 with a right check character (GB 32100-2015: weights 3^i mod 31). */
function creditCode(random: Random): string {
  const head = `9131${String(random.integer(1e13)).padStart(13, '0')}`
  const sum = Array.from(head).reduce(
    (total, character, i) => total + USCC.indexOf(character) * Number(3n ** BigInt(i) % 31n),
    0,
  )
  return head + USCC.charAt((31 - (sum % 31)) % 31)
}
