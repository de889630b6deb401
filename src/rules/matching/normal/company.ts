import { words } from './fold.ts'
import { hasHan } from './pinyin.ts'

/** Legal forms as folded words, in many languages; they say little about which company it is. */
const LEGAL = new Set(
  (
    'inc incorporated corp corporation co company ltd limited llc llp lp plc pllc pc gmbh mbh ag kg kgaa ohg gbr ug ev eg se sa sas sasu sarl eurl snc scs sca spa srl sapa ' +
    'sl slu sau bv nv vof cv bvba sprl ab oy oyj as asa aps ks pty pte pvt private public bhd sdn tbk pt kk yk gk oao ooo zao pao ao tov sro spol zrt kft bt nyrt rt doo dd ad ' +
    'eood ood sp zoo ska lda ltda eireli me sac cia gesellschaft aktiengesellschaft kabushiki kaisha societe anonyme sociedad limitada anonima holding holdings group gruppe groupe'
  ).split(' '),
)
const HAN_LEGAL =
  /(?:股份有限公司|有限责任公司|有限責任公司|股份公司|有限公司|集团公司|集團公司|总公司|分公司|子公司|公司|集团|集團|厂|合伙企业|[（(]有限合伙[）)]|株式会社|有限会社|合同会社|주식회사|유한회사)/gu
/** A place in brackets stands as well in front: 远洋（上海）有限公司, 上海远洋有限公司. */
const HAN_PLACE = /^(.+?)[（(](\p{Script=Han}{2,4})[）)]/u
const HAN_DISTRICT = /^(\p{Script=Han}{2,3})[省市](?=\p{Script=Han}{2})/u
const HAN_REGISTERED = /(?:有限公司|有限责任公司|有限責任公司|有限合伙)$/u
/** Words of an organisation's name that are written in several ways. */
const SHORT: Readonly<Record<string, string>> = {
  intl: 'international',
  int: 'international',
  natl: 'national',
  mfg: 'manufacturing',
  svc: 'services',
  svcs: 'services',
  service: 'services',
  assn: 'association',
  assoc: 'association',
  univ: 'university',
  dept: 'department',
  ctr: 'center',
  cntr: 'center',
  centre: 'center',
  centers: 'center',
  comm: 'community',
  cmty: 'community',
  sch: 'school',
  schl: 'school',
  elem: 'elementary',
  acad: 'academy',
  saint: 'st',
  mt: 'mount',
  ft: 'fort',
  bros: 'brothers',
  govt: 'government',
  hosp: 'hospital',
  inst: 'institute',
  tech: 'technology',
  technologies: 'technology',
  sys: 'systems',
  system: 'systems',
  solution: 'solutions',
  export: 'exports',
  product: 'products',
  industry: 'industries',
  univrsl: 'universal',
  childrens: 'children',
  child: 'children',
  kids: 'children',
}
const EMPTY = new Set(
  'and of the for a an at in on und der die das fur et de la le les du des y el los las del e do da di und amp'.split(
    ' ',
  ),
)

/** The telling words of an organisation's name; legal forms and small words are left out unless nothing else is there. */
export function companyWords(name: string): string[] {
  if (hasHan(name)) return hanCompany(name)
  const all = words(name.replaceAll('&', ' and ')).map(word => SHORT[word] ?? word)
  const telling = all.filter(word => !LEGAL.has(word) && !EMPTY.has(word))
  return [...new Set(telling.length > 0 ? telling : all)]
}

/** Chinese names have no blanks: the name without its legal form, in steps of two characters. */
function hanCompany(name: string): string[] {
  const bare = plainHan(name.normalize('NFKC').replace(HAN_LEGAL, ''))
  const letters = Array.from(bare)
  if (letters.length < 3) return [bare]
  return [...new Set(letters.slice(0, -1).map((letter, at) => letter + (letters[at + 1] ?? '')))]
}

/** The place first and by its bare name, no punctuation. */
function plainHan(name: string): string {
  const placed = name.replace(HAN_PLACE, '$2$1').replace(/[^\p{L}\p{N}]/gu, '')
  return placed.replace(HAN_DISTRICT, '$1').replace(HAN_DISTRICT, '$1').toLowerCase()
}

const REGISTERED_LETTERS_MIN = 8

/**
 * A Chinese name in full (place, name proper, trade, legal form): the register gives it to one company only. Undefined for others:
 * elsewhere two companies may bear one name.
 */
export function registeredName(name: string): string | undefined {
  if (!hasHan(name)) return undefined
  const plain = plainHan(name.normalize('NFKC'))
  return HAN_REGISTERED.test(plain) && plain.length >= REGISTERED_LETTERS_MIN ? plain : undefined
}
