/**
 * Where the values of a column go: a canonical field, `address.<member>`, `externalIds.<scheme>`, `extra.<name>`,
 * `birthDate.<part>`; `name` where the rows must tell whether it is a person's or an organisation's; `entity` where the column says
 * which of the two.
 */
export type ColumnTarget = string

/** Names of columns as they are compared (see `plainHeader`), several languages side by side. */
const COLUMNS: Readonly<Record<ColumnTarget, string>> = {
  givenName:
    'first name|given name|givenname|forename|fname|f name|name first|first|given|vorname|rufname|prenom|nombre|nombres|primer nombre|nome proprio|voornaam|名|名字',
  familyName:
    'surname|last name|family name|lname|l name|name last|last|family|nachname|familienname|nom|nom de famille|apellido|apellidos|primer apellido|cognome|sobrenome|apelido|achternaam|姓|姓氏',
  additionalName: 'middle name|middle initial|middle|mname|m name|midl name|name middle|second name|zweiter vorname',
  fullName:
    'full name|fullname|name full|person name|contact name|contact|nom complet|nombre completo|nome completo|vollstandiger name|姓名|联系人|氏名|お名前',
  'extra.nameSuffix': 'suffix|name suffix|name sufx|suffix name|generation',
  name: 'name|display name|title|customer|customer name|client|client name|名称|nome|naam',
  'account.name':
    'company|company name|companyname|company account|organisation|organization|organisation name|organization name|org|org name|name org|site name|site|business|business name|account name|firm|firm name|institution|school|school name|restaurant|facility|facility name|provider name|vendor name|vendor|supplier|supplier name|hospital name|store name|shop|venue|firma|firmenname|unternehmen|societe|raison sociale|entreprise|empresa|nombre de la empresa|azienda|ragione sociale|bedrijf|bedrijfsnaam|公司|公司名称|单位|单位名称|企业|企业名称|商户名称|客户名称|会社名',
  'account.legalName':
    'legal name|registered name|dba|dba name|trading name|trade name|aka name|alias name|other name org',
  birthDate:
    'dob|birth date|birthdate|date of birth|birthday|born|birth day|geburtsdatum|geburtstag|geb datum|date de naissance|fecha de nacimiento|fecha nacimiento|data di nascita|data de nascimento|geboortedatum|出生日期|出生年月日|出生年月|生日|生年月日',
  'birthDate.year': 'birth year|year of birth|yob|dob year|by|byear|geburtsjahr|出生年份|出生年',
  'birthDate.month': 'birth month|month of birth|dob month|bm|bmonth',
  'birthDate.day': 'day of birth|dob day|bd|bday',
  gender: 'gender|sex|性别|geschlecht|sexe|sexo|sesso|geslacht',
  email:
    'email|e mail|email address|e mail address|email id|mail|mail address|e mail adresse|email adresse|mailadresse|courriel|adresse e mail|correo|correo electronico|posta elettronica|邮箱|电子邮箱|电子邮件|邮箱地址|邮件地址|电子邮件地址|电子邮箱地址|メールアドレス',
  phone:
    'phone|telephone|tel|phone number|telephone number|tel number|telefon|telefonnummer|telefoonnummer|home phone|work phone|business phone|phone home|phone work|phone business|telefono|telefone|电话|电话号码|联系电话|座机|固定电话|联系方式|电话番号|電話番号',
  mobile:
    'mobile|cell|cell phone|mobile phone|mobile number|cellphone|cell number|phone mobile|handy|handynummer|mobil|mobiltelefon|mobilnummer|portable|telephone portable|movil|telefono movil|cellulare|celular|手机|手机号|手机号码|移动电话|携帯电话|携帯電話',
  'address.house':
    'street number|house number|building number|address number|hausnummer|huisnummer|number|number street|numero|门牌号',
  'address.streetAddress':
    'address|street|street address|address 1|addr|addr 1|address line|address line 1|addr line 1|addr line|addr full|address full|full address|street 1|street name|mailing address|strasse|strasse und hausnummer|strasse hausnummer|adresse|adresse postale|direccion|calle|domicilio|indirizzo|via|endereco|logradouro|rua|straat|rue|地址|详细地址|住址|家庭住址|通讯地址|通信地址|住所',
  'address.extendedAddress':
    'address 2|addr 2|address line 2|addr line 2|street 2|unit|suite|building|apartment|flat|adresszusatz|complement',
  'address.addressLocality':
    'city|town|suburb|locality|addr city|city town|post town|posttown|municipality|ort|wohnort|stadt|ville|commune|ciudad|localidad|poblacion|citta|comune|cidade|woonplaats|plaats|village|市|城市|所在城市|市区町村',
  'address.district': 'district|neighborhood|neighbourhood|county|borough|bairro|区|区县|县',
  'address.addressRegion':
    'state|province|region|addr state|state code|state province|bundesland|provincia|estado|省|省份|所在省份|都道府县|都道府県',
  'address.postalCode':
    'postcode|post code|zip|zip code|zipcode|zip postal code|zip 5|postal code|postalcode|postal|addr postal code|plz|postleitzahl|code postal|codigo postal|cap|cep|邮编|邮政编码|邮递区号|郵便番号|邮便番号',
  'address.addressCountry': 'country|addr country|country code|country region|land|pays|pais|paese|国家|国',
  website:
    'website|web site|url|web|homepage|home page|web address|website url|website address|webseite|site web|sitio web|sito web|网站|网址|官网',
  domain: 'domain|domain name|email domain',
  jobTitle: 'occupation|job title|profession|job|position|beruf|berufsbezeichnung|profesion|职位|职务|职业|岗位',
  'extra.birthPlace':
    'birth place|birthplace|place of birth|pob|geburtsort|lieu de naissance|lugar de nacimiento|luogo di nascita|出生地|籍贯',
  'extra.employer': 'employer|employer name|works for|arbeitgeber|雇主|工作单位|所在单位|任职单位',
  'extra.nationality': 'nationality|citizenship|staatsangehorigkeit|nationalite|nacionalidad|国籍',
  'externalIds.ssn': 'ssn|ssn number|soc sec id|social security number|soc sec|social security',
  'externalIds.passport': 'passport|passport number|护照号|护照号码|护照',
  'externalIds.license':
    'drivers license number|driver license|drivers license|driving licence|license number|dl number',
  'externalIds.national':
    'national id|national id number|nin|id card|identity card|national insurance number|nino|nhs number|dni|nif|cpf|codice fiscale|personnummer|身份证|身份证号|身份证号码|证件号码|证件号|身份证字号|身分证字号',
  'externalIds.company':
    'company number|companynumber|registration number|company registration number|crn|siren|siret|handelsregisternummer|工商注册号|注册号',
  'externalIds.lei': 'lei|lei number|lei code',
  'externalIds.duns': 'duns|duns number',
  'externalIds.wechat': 'wechat|wechat id|微信|微信号',
  taxId:
    'tax id|tax id number|vat|vat id|vat number|ein|tin|tax number|uid|ust id|ust idnr|ust id number|umsatzsteuer id|steuernummer|numero de tva|cnpj|cif|partita iva|p iva|统一社会信用代码|社会信用代码|信用代码|税号|纳税人识别号|统一编号',
  entity: 'record type|entity type|party type|customer type',
}

const TARGETS = new Map(
  Object.entries(COLUMNS).flatMap(([target, names]) => names.split('|').map(name => [name, target] as const)),
)

/** Words beside the telling part of a header: PRIMARY_NAME_LAST, contact_email, postcode_fake, res_city_desc, fname_c1. */
const DECORATION = new Set(
  (
    'primary secondary customer client contact person cust main current home fake raw original std value text field ' +
    'mailing billing shipping res residential reg registered business work office native ' +
    'voter donor patient member subscriber employee user applicant owner payee supplier vendor provider facility hospital ' +
    'desc code info col c 1 2 3'
  ).split(' '),
)
const HAN_DECORATION = /^(?:客户|顾客|会员|用户|个人|联系人|联系|家庭|通讯|收货|办公|公司|企业|单位)(?=.)/u

/** Words that are written in many ways. */
const SAME_WORDS: Readonly<Record<string, string>> = {
  num: 'number',
  nbr: 'number',
  no: 'number',
  nr: 'number',
  dt: 'date',
  cd: 'code',
}

/** Characters of headers in traditional writing, each before the simplified one. */
const TRADITIONAL =
  '別别機机號号碼码電电話话郵邮遞递區区稱称統统編编證证國国聯联務务職职業业縣县單单貫贯護护稅税網网廠厂氣气'
const SIMPLIFIED = new Map(TRADITIONAL.match(/../gu)?.map(pair => [pair.charAt(0), pair.charAt(1)]))

/** What the columns of a table mean, by their names; columns that nothing is known of are left out. */
export function recogniseColumns(headers: readonly string[]): Map<string, ColumnTarget> {
  const found = new Map<string, ColumnTarget>()
  for (const header of headers) {
    const target = targetOf(header)
    if (target !== undefined) found.set(header, target)
  }
  return withOtherName(found)
}

function targetOf(header: string): ColumnTarget | undefined {
  const words = plainHeader(header)
  const same = words.map(word => SAME_WORDS[word] ?? word)
  const forms = [words, same, ...[words, same].map(form => form.filter(word => !DECORATION.has(word)))]
  forms.push(words.map(word => word.replace(HAN_DECORATION, '')))
  // A member of something, as flattened JSON names it: RegAddress.PostTown.
  const member = header.split('.').at(-1) ?? ''
  if (member !== header) forms.push(plainHeader(member))
  return forms.map(form => TARGETS.get(form.join(' '))).find(target => target !== undefined)
}

/** The words of a header without marks, what stands in brackets, and ways of writing: `DOB (dd/mm/yyyy)` is dob. */
function plainHeader(header: string): string[] {
  return header
    .normalize('NFKC')
    .replace(/(?<=.)[([（【].*?[)\]）】]/gu, ' ')
    .replace(/([a-z])([A-Z])/gu, '$1 $2')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/(?<=[a-z])\p{M}/gu, '')
    .normalize('NFC')
    .replace(/(?<=[a-z])(?=\d)/gu, ' ')
    .replace(/\p{Script=Han}/gu, letter => SIMPLIFIED.get(letter) ?? letter)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
}

/** Beside a column for one half of a person's name, `name` is the other half: Name and Vorname, Nome and Cognome. */
function withOtherName(columns: Map<string, ColumnTarget>): Map<string, ColumnTarget> {
  const targets = new Set(columns.values())
  if (targets.has('givenName') === targets.has('familyName')) return columns
  const other = targets.has('givenName') ? 'familyName' : 'givenName'
  return new Map([...columns].map(([header, target]) => [header, target === 'name' ? other : target]))
}
