import { fold, words } from './fold.ts'

/** What tells one address from another, folded. All parts may be missing. */
export interface AddressParts {
  /** House number. */
  house?: string
  /** Flat, suite, unit. */
  unit?: string
  /** Words of the street and of what stands beside it (building, estate), without their kinds (street, road). */
  street: string[]
  city?: string
  postcode?: string
  region?: string
}

const KINDS: ReadonlySet<string> = new Set(
  (
    'street st road rd avenue ave av drive dr lane ln boulevard blvd place pl court ct crescent cres cr circuit cct close cl way wy parade pde terrace tce ' +
    'highway hwy parkway pkwy square sq grove gr esplanade esp alley loop trail plaza row walk rise mews strasse str gasse weg platz allee rue chemin quai ' +
    'calle via viale piazza rua avenida paseo ulica ul'
  ).split(' '),
)
const SIDES: Readonly<Record<string, string>> = {
  n: 'north',
  s: 'south',
  e: 'east',
  w: 'west',
  ne: 'northeast',
  nw: 'northwest',
  se: 'southeast',
  sw: 'southwest',
  no: 'north',
  so: 'south',
}
const UNIT =
  /(?:\b(?:apt|apartment|suite|ste|unit|flat|floor|room|rm|penthouse)\b\.?\s*#?\s*|(?<=\S\s*)#\s*)([a-z0-9-]+)/iu
const HAN_HOUSE = /(\d+)\s*[号號]/u

export interface AddressText {
  street?: string | undefined
  extended?: string | undefined
  city?: string | undefined
  region?: string | undefined
  postcode?: string | undefined
  country?: string | undefined
}

/** An address in parts; one written in a single line is taken apart as far as it shows. Undefined when nothing is said. */
export function addressParts(text: AddressText): AddressParts | undefined {
  const whole = [text.street, text.extended].filter(part => part !== undefined).join(', ')
  const unit = UNIT.exec(whole)?.[1]?.toLowerCase()
  const line = whole.replace(UNIT, ' ')
  const postcode = postcodeOf(text.postcode) ?? trailingPostcode(line)
  const found: AddressParts = { street: streetWords(line, postcode) }
  const house = houseOf(line, postcode)
  if (house !== undefined) found.house = house
  if (unit !== undefined) found.unit = unit
  if (postcode !== undefined) found.postcode = postcode
  const [city, region] = [text.city, text.region].map(part => (part === undefined ? '' : fold(part)))
  if (city) found.city = city.replace(/市$/u, '')
  if (region) found.region = region.replace(/(?:省|自治区|市)$/u, '')
  return Object.keys(found).length > 1 || found.street.length > 0 ? found : undefined
}

function postcodeOf(text: string | undefined): string | undefined {
  const code = text === undefined ? '' : fold(text).replaceAll(' ', '')
  if (!/\d/u.test(code)) return undefined
  // The American extension names a street's side; older lists leave it out.
  return /^\d{9}$/u.test(code) && /-/u.test(text ?? '') ? code.slice(0, 5) : code
}

/** A postal code at the end of an address in one line: five digits or six, or the British form. */
function trailingPostcode(line: string): string | undefined {
  const british = /\b([a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2})\b/iu.exec(line)?.[1]
  if (british !== undefined) return postcodeOf(british)
  const numbers = [...line.matchAll(/(?<![\d-])(\d{5,6})(?:-\d{4})?(?![\d-])/gu)].filter(match => match.index > 4)
  return numbers.at(-1)?.[1]
}

function houseOf(line: string, postcode: string | undefined): string | undefined {
  const han = HAN_HOUSE.exec(line)?.[1]
  if (han !== undefined) return han
  return words(line).find(word => /^\d+[a-z]?$/u.test(word) && word !== postcode)
}

function streetWords(line: string, postcode: string | undefined): string[] {
  const all = words(line).filter(word => word !== postcode && !/^\d+[a-z]?$/u.test(word))
  const telling = all.map(word => SIDES[word] ?? word).filter(word => !KINDS.has(word))
  return [...new Set(telling.length > 0 ? telling : all)]
}
