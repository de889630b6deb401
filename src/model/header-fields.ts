import type { Json, JsonObject } from './json.ts'

/**
 * Where the values of a column go: a canonical field, `address.<member>`, `externalIds.<scheme>`, `extra.<name>`; `name` where
 * the rows must tell whether it is a person's or an organisation's; `entity` where the column says which of the two.
 */
export type ColumnTarget = string

const COLUMNS: Readonly<Record<ColumnTarget, string>> = {
  givenName: 'first name|given name|forename|fname|name first|first|given|vorname|prenom|nombre|名|名字',
  familyName: 'surname|last name|family name|lname|name last|last|family|nachname|nom|apellido|apellidos|姓|姓氏',
  additionalName: 'middle name|middle|mname|name middle|second name',
  fullName: 'full name|name full|person name|contact name|contact|姓名|联系人',
  name: 'name|display name|title|customer|customer name|client|client name|名称',
  'account.name':
    'company|company name|organisation|organisation name|organization|organization name|org|org name|name org|site name|site|business|business name|account name|firm|firm name|institution|school|school name|restaurant|facility|facility name|provider name|vendor name|supplier name|hospital name|store name|shop|venue|firma|societe|empresa|公司|公司名称|单位|单位名称|企业名称|客户名称',
  'account.legalName': 'legal name|registered name|dba|trading name|alias name|other name org',
  birthDate: 'dob|birth date|date of birth|birthday|born|birth day|geburtsdatum|date de naissance|出生日期|生日',
  gender: 'gender|sex|性别|geschlecht',
  email: 'email|e mail|email address|e mail address|mail|邮箱|电子邮箱|电子邮件',
  phone:
    'phone|telephone|tel|phone number|telephone number|telefon|phone no|home phone|work phone|business phone|电话|联系电话',
  mobile: 'mobile|cell|cell phone|mobile phone|mobile number|cellphone|handy|手机|手机号|手机号码',
  'address.house': 'street number|house number|house no|street no|building number|hausnummer|number',
  'address.streetAddress':
    'address|street|street address|address 1|address1|addr|addr 1|address line 1|address line1|addr line1|addr line 1|addr full|full address|street name|mailing address|strasse|adresse|direccion|rue|地址|详细地址',
  'address.extendedAddress':
    'address 2|address2|addr 2|address line 2|address line2|addr line2|addr line 2|unit|suite|building|apartment',
  'address.addressLocality': 'city|town|suburb|locality|addr city|municipality|ort|stadt|ville|ciudad|village|市|城市',
  'address.district': 'district|neighborhood|neighbourhood|county|borough|区|区县',
  'address.addressRegion': 'state|province|region|addr state|state code|bundesland|省|省份',
  'address.postalCode':
    'postcode|post code|zip|zip code|zipcode|postal code|postal|addr postal code|plz|code postal|邮编|邮政编码',
  'address.addressCountry': 'country|addr country|country code|land|pays|国家',
  website: 'website|web site|url|web|homepage|home page|web address|网站|网址',
  domain: 'domain',
  jobTitle: 'occupation|job title|profession|job|beruf|职位|职业',
  'extra.birthPlace': 'birth place|birthplace|place of birth|pob|出生地',
  'extra.employer': 'employer|works for|雇主',
  'extra.nationality': 'nationality|citizenship|国籍',
  'externalIds.ssn': 'ssn|ssn number|soc sec id|social security number|soc sec|social security',
  'externalIds.passport': 'passport|passport number|passport no|护照号',
  'externalIds.license':
    'drivers license number|driver license|drivers license|driving licence|license number|dl number',
  'externalIds.national': 'national id|national id number|nin|id card|identity card|身份证|身份证号',
  'externalIds.lei': 'lei|lei number',
  'externalIds.duns': 'duns|duns number',
  taxId: 'tax id|tax id number|vat|vat id|vat number|ein|tin|tax number|uid|ust id|统一社会信用代码|税号',
  entity: 'record type|entity type|party type|customer type',
}

const TARGETS = new Map(
  Object.entries(COLUMNS).flatMap(([target, names]) => names.split('|').map(name => [name, target] as const)),
)
/** Words before the telling part of a header: PRIMARY_NAME_LAST, contact_email, postcode_fake. */
const DECORATION = new Set(
  'primary secondary customer client contact person cust main current home fake raw original std value text field'.split(
    ' ',
  ),
)

/** What the columns of a table mean, by their names; columns that nothing is known of are left out. */
export function recogniseColumns(headers: readonly string[]): Map<string, ColumnTarget> {
  const found = new Map<string, ColumnTarget>()
  for (const header of headers) {
    const target = targetOf(header)
    if (target !== undefined) found.set(header, target)
  }
  return found
}

function targetOf(header: string): ColumnTarget | undefined {
  const words = header
    .normalize('NFKC')
    .replace(/([a-z])([A-Z])/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
  const bare = words.filter(word => !DECORATION.has(word))
  return TARGETS.get(words.join(' ')) ?? TARGETS.get(bare.join(' '))
}

const PERSONAL = new Set([
  'givenName',
  'familyName',
  'fullName',
  'birthDate',
  'gender',
  'additionalName',
  'extra.birthPlace',
  'externalIds.ssn',
])

/** A row in canonical form, as far as its columns are known. Undefined for a row that says nothing. */
export function canonicalRow(
  row: Readonly<Record<string, string>>,
  columns: ReadonlyMap<string, ColumnTarget>,
): { entity: 'person' | 'account'; fields: JsonObject } | undefined {
  const cells: [ColumnTarget, string][] = []
  for (const [header, target] of columns) {
    const value = (row[header] ?? '').trim()
    if (value !== '') cells.push([target, value])
  }
  if (cells.length === 0) return undefined
  const entity = entityOf(cells, columns)
  const fields: Record<string, Json> = {}
  for (const [target, value] of cells) put(fields, entity, target, value)
  return { entity, fields }
}

function entityOf(
  cells: readonly (readonly [ColumnTarget, string])[],
  columns: ReadonlyMap<string, ColumnTarget>,
): 'person' | 'account' {
  const said = cells.find(([target]) => target === 'entity')?.[1].toLowerCase()
  if (said !== undefined && /^(?:person|individual|human|个人)/u.test(said)) return 'person'
  if (said !== undefined && /^(?:org|company|business|account|公司|企业)/u.test(said)) return 'account'
  if (cells.some(([target]) => PERSONAL.has(target))) return 'person'
  if (cells.some(([target]) => target.startsWith('account.'))) return 'account'
  return [...columns.values()].some(target => PERSONAL.has(target)) ? 'person' : 'account'
}

function put(fields: Record<string, Json>, entity: 'person' | 'account', target: ColumnTarget, value: string): void {
  const [head = '', member] = target.split('.')
  if (target === 'entity') return
  if (target === 'name') set(fields, entity === 'person' ? 'fullName' : 'name', value)
  else if (head === 'account')
    set(
      fields,
      entity === 'account' ? (fields['name'] === undefined ? 'name' : 'legalName') : 'extra',
      entity === 'account' ? value : null,
    )
  else if (target === 'fullName') set(fields, entity === 'person' ? 'fullName' : 'name', value)
  else if (head === 'externalIds')
    fields['externalIds'] = [...listOf(fields['externalIds']), { scheme: member ?? '', id: value }]
  else if (head === 'address' && member !== undefined) fields['address'] = withAddress(fields['address'], member, value)
  else if (member !== undefined) fields[head] = { ...objectOf(fields[head]), [member]: value }
  else set(fields, head, value)
}

function set(fields: Record<string, Json>, name: string, value: string | null): void {
  if (value !== null && fields[name] === undefined) fields[name] = value
}

function withAddress(address: Json | undefined, member: string, value: string): JsonObject {
  const known = objectOf(address)
  const street = known['streetAddress']
  if (member === 'house') return { ...known, streetAddress: typeof street === 'string' ? `${value} ${street}` : value }
  if (member === 'streetAddress' && typeof street === 'string') return { ...known, streetAddress: `${street} ${value}` }
  if (known[member] !== undefined) return known
  return { ...known, [member]: value }
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
