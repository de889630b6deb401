import { expect, test } from 'vitest'
import { canonicalRow } from '#model/header-fields.ts'
import { recogniseColumns } from '#model/header-names.ts'

test.each([
  ['PRIMARY_NAME_LAST', 'familyName'],
  ['fname_c1', 'givenName'],
  ['res_city_desc', 'address.addressLocality'],
  ['DOB (dd/mm/yyyy)', 'birthDate'],
  ['MailingCity', 'address.addressLocality'],
  ['addr_line1', 'address.streetAddress'],
  ['RegAddress.PostTown', 'address.addressLocality'],
  ['Telephone #', 'phone'],
  ['Phone (Mobile)', 'phone'],
  ['Straße und Hausnummer', 'address.streetAddress'],
  ['Téléphone portable', 'mobile'],
  ['Código postal', 'address.postalCode'],
  ['客户姓名', 'fullName'],
  ['联系电话', 'phone'],
  ['身份证号码', 'externalIds.national'],
  ['電子郵件', 'email'],
  ['生年月日', 'birthDate'],
  ['Marital status', undefined],
  ['Facility ID', undefined],
])('the column %s is %s', (header, target) => {
  expect(recogniseColumns([header]).get(header)).toBe(target)
})

test('beside one half of a person’s name, a column "name" is the other half', () => {
  expect(recogniseColumns(['Name', 'Vorname']).get('Name')).toBe('familyName')
  expect(recogniseColumns(['Nome', 'Cognome']).get('Nome')).toBe('givenName')
  expect(recogniseColumns(['Name', 'First name', 'Surname']).get('Name')).toBe('name')
})

test('a row takes birthdays in three columns, second telephones and employers, and no words for nothing', () => {
  const row = { Surname: 'Null', by: '1950', bm: '7', bd: '21', Tel: '030 1234567', 'Home phone': '040 7654321' }
  const other = { Company: 'Acme', email: 'NULL', City: 'n/a', Suffix: 'Jr' }
  const whole = { ...row, ...other }
  expect(canonicalRow(whole, recogniseColumns(Object.keys(whole)))).toEqual({
    entity: 'person',
    fields: {
      familyName: 'Null',
      birthDate: '1950-07-21',
      phone: '030 1234567',
      phones: [{ phone: '040 7654321' }],
      extra: { employer: 'Acme', nameSuffix: 'Jr' },
    },
  })
})
