import { describe, expect, test } from 'vitest'
import { FORMATS } from '#model/formats.ts'
import { countryCode } from '#model/values/country.ts'
import { calendarDate, utcTime } from '#model/values/date.ts'
import { emailAddress } from '#model/values/email.ts'
import { money } from '#model/values/money.ts'
import { personName } from '#model/values/person-name.ts'
import { phoneE164 } from '#model/values/phone.ts'
import { taxId } from '#model/values/tax-id.ts'
import { isMistypedVat } from '#model/values/vat-number.ts'
import { isBlank } from '#model/values/text.ts'

const none = undefined

describe('phone', () => {
  test.each([
    ['+86 139 1234 5678', none, '+8613912345678'],
    ['13912345678', 'CN', '+8613912345678'],
    [13_912_345_678, 'CN', '+8613912345678'],
    ['０１３９ １２３４ ５６７８', 'CN', '+8613912345678'],
    ['010-62345678', 'cn', '+861062345678'],
    ['(415) 555-2671 ext 5', 'US', '+14155552671'],
    ['0049 (0)30 1234567', none, '+49301234567'],
    ['tel:+1-415-555-2671', none, '+14155552671'],
    ['13912345678', none, none],
    ['13912345678', 'ZZ', none],
    ['call me', 'CN', none],
    ['', 'CN', none],
    [null, 'CN', none],
    [{ number: '1' }, 'CN', none],
    ['1'.repeat(5000), 'CN', none],
  ])('%j in %j is %j', (value, region, expected) => {
    expect(phoneE164(value, region)).toBe(expected)
  })
})

describe('email', () => {
  test.each([
    [' Ann.B@Example.COM ', 'ann.b@example.com'],
    ['Ann Berg <ann@x.org>', 'ann@x.org'],
    ['mailto:a@b.co', 'a@b.co'],
    ['a+tag@b.co.', 'a+tag@b.co'],
    ['x@xn--bcher-kva.de', 'x@bücher.de'],
    ['张三@例子.中国', '张三@例子.中国'],
    ['a@b', none],
    ['@x.com', none],
    ['a b@x.com', none],
    ['a@b.co, c@d.co', none],
    [7, none],
    [null, none],
  ])('%j is %j', (value, expected) => {
    expect(emailAddress(value)).toBe(expected)
  })
})

describe('money', () => {
  test.each([
    ['1,234.5', 'CNY', '1234.50'],
    ['1.234,50', 'EUR', '1234.50'],
    ['1 234 567,89', 'EUR', '1234567.89'],
    ['12,34,567.8', 'INR', '1234567.80'],
    ["1'234.50", 'CHF', '1234.50'],
    ['1,234', 'USD', '1234.00'],
    ['1.234', 'USD', '1.234'],
    ['1.234.567', 'EUR', '1234567.00'],
    [0.1 + 0.2, 'USD', '0.30'],
    ['9007199254740993.01', 'USD', '9007199254740993.01'],
    ['¥1,200', 'CNY', '1200.00'],
    ['１２.５', '元', '12.50'],
    ['(3.00)', 'USD', '-3.00'],
    ['-5', 'JPY', '-5'],
    ['-0.001', 'USD', '-0.001'],
    [-0, 'USD', '0.00'],
    ['1.2.3', 'USD', none],
    ['12-34', 'USD', none],
    ['12', 'XXZ', none],
    ['', 'USD', none],
    [Number.NaN, 'USD', none],
    ['1e400', 'USD', none],
  ])('%j %s is %j', (amount, currency, expected) => {
    expect(money(amount, currency)?.amount).toBe(expected)
  })
  test('a text may name its currency, an ambiguous sign does not', () => {
    expect(money('12.5 usd')).toEqual({ amount: '12.50', currency: 'USD' })
    expect(money('€ 12,3')).toEqual({ amount: '12.30', currency: 'EUR' })
    expect(money('$ 12')).toBeUndefined()
    expect(money('12 EUR', 'USD')?.currency).toBe('USD')
  })
})

describe('date', () => {
  test.each([
    ['2026-01-02T03:04:05+08:00', none, '2026-01-01T19:04:05Z'],
    ['2026-01-02 03:04:05', '+08:00', '2026-01-01T19:04:05Z'],
    ['2026-01-02T03:04:05.123456Z', none, '2026-01-02T03:04:05.123Z'],
    ['2026-1-2', none, '2026-01-02T00:00:00Z'],
    ['2026/1/2 3:04', none, '2026-01-02T03:04:00Z'],
    ['2026年1月2日 3时4分', '+0800', '2026-01-01T19:04:00Z'],
    ['20260102', none, '2026-01-02T00:00:00Z'],
    ['20260102030405', none, '2026-01-02T03:04:05Z'],
    ['02.01.2026 15:30', none, '2026-01-02T15:30:00Z'],
    ['Fri, 2 Jan 2026 11:05:30 +0200', none, '2026-01-02T09:05:30Z'],
    ['Jan 2, 2026 3:04 PM', none, '2026-01-02T15:04:00Z'],
    ['Fri Jan 02 2026 03:04:05 GMT+0800 (China Standard Time)', none, '2026-01-01T19:04:05Z'],
    ['/Date(1767322245123)/', none, '2026-01-02T02:50:45.123Z'],
    [1_767_322_245, none, '2026-01-02T02:50:45Z'],
    [1_767_322_245_123, none, '2026-01-02T02:50:45.123Z'],
    ['1767322245', none, '2026-01-02T02:50:45Z'],
    [0, none, '1970-01-01T00:00:00Z'],
    ['1/2/2026', none, none],
    ['2026-02-30', none, none],
    ['2026-01-02T25:00:00Z', none, none],
    ['yesterday', none, none],
    [8.64e15, none, none],
    [true, none, none],
  ])('%j at %j is %j', (value, offset, expected) => {
    expect(utcTime(value, offset)).toBe(expected)
    if (expected !== undefined) expect(FORMATS['utc-time']?.(expected)).toBe(true)
  })
  test.each([
    ['2026-01-02T23:30:00+08:00', none, '2026-01-02'],
    ['1990年5月7日', none, '1990-05-07'],
    [1_767_283_200, '+08:00', '2026-01-02'],
    [1_767_283_199, '+08:00', '2026-01-01'],
    ['2026-02-30', none, none],
    ['5/7/1990', none, none],
  ])('the day of %j at %j is %j', (value, offset, expected) => {
    expect(calendarDate(value, offset)).toBe(expected)
  })
})

describe('person name', () => {
  test.each([
    ['欧阳娜娜', '娜娜', '欧阳', '欧阳娜娜'],
    ['諸葛亮', '亮', '諸葛', '諸葛亮'],
    ['王小明', '小明', '王', '王小明'],
    ['李 雷', '雷', '李', '李雷'],
    ['张三先生', '三', '张', '张三'],
    ['阿依古丽·买买提', '阿依古丽', '买买提', '阿依古丽·买买提'],
    ['山田 太郎', '太郎', '山田', '山田 太郎'],
    ['남궁민', '민', '남궁', '남궁민'],
    ['Ann Berg', 'Ann', 'Berg', 'Ann Berg'],
    ['Berg, Ann', 'Ann', 'Berg', 'Ann Berg'],
    ['Dr.  Ann van der Berg', 'Ann', 'van der Berg', 'Ann van der Berg'],
    ['Juan Carlos de la Cruz', 'Juan Carlos', 'de la Cruz', 'Juan Carlos de la Cruz'],
    ['Martin King, Jr.', 'Martin', 'King', 'Martin King, Jr.'],
    ['Madonna', 'Madonna', none, 'Madonna'],
    ['上海贸易有限公司', none, none, '上海贸易有限公司'],
  ])('%j has given name %j and family name %j', (full, givenName, familyName, fullName) => {
    expect(personName(full)).toEqual({
      ...(givenName === undefined ? {} : { givenName }),
      ...(familyName === undefined ? {} : { familyName }),
      fullName,
    })
  })
  test.each(['', '   ', '123', null, 5])('%j is no name', value => {
    expect(personName(value)).toBeUndefined()
  })
})

describe('country', () => {
  test.each([
    ['cn', 'CN'],
    ['CHN', 'CN'],
    ['中华人民共和国', 'CN'],
    ['Österreich', 'AT'],
    ['Côte d’Ivoire', 'CI'],
    ['U.S.A.', 'US'],
    ['uk', 'GB'],
    ['韩国', 'KR'],
    ['日本', 'JP'],
    ['EU', none],
    ['Atlantis', none],
    [null, none],
  ])('%j is %j', (value, expected) => {
    expect(countryCode(value)).toBe(expected)
  })
  test('every three-letter code leads to a country of the model', () => {
    for (const code of ['AFG', 'DEU', 'GBR', 'CHE', 'SWE', 'KOR', 'PRK', 'ZWE', 'HKG', 'ZAF']) {
      expect(FORMATS['country']?.(countryCode(code) ?? '')).toBe(true)
    }
  })
})

describe('tax id', () => {
  test.each([
    ['91350100M000100Y43', '91350100M000100Y43'],
    [' 91350100-m000100y-43 ', '91350100M000100Y43'],
    ['91350100M000100Y44', none],
    ['DE 123 456 789', 'DE123456789'],
    ['12-3456789', '123456789'],
    ['000000000', none],
    ['DE000000000', none],
    ['n/a', none],
    [null, none],
  ])('%j is %j', (value, expected) => {
    expect(taxId(value)).toBe(expected)
  })
})

describe('VAT number', () => {
  // Published examples, one or more of each form.
  const right =
    'ATU13585627 BE0428759497 BG175074752 CY10259033P CZ25123891 DE136695976 DK13585628 EE100931558 EL094259216 ES54362315K ESX2482300W ' +
    'ESA13585625 ESJ99216582 FI20774740 FR40303265045 HR33392005961 HU12892312 IE6433435F IE6433435OA IT00743110157 LT119511515 ' +
    'LT100001919017 LU15027442 LV40003521600 MT11679112 NL004495445B01 PL8567346215 PT501964843 RO18547290 SE556188840401 SI50223054 SK2022749619'
  test.each(right.split(' '))('%s is right, and mistyped with any other last digit before its end', code => {
    expect(isMistypedVat(code)).toBe(false)
    const at = code.search(/\d(?=\D*$)/)
    const place = code.startsWith('SE') ? code.length - 3 : code.startsWith('NL') ? code.length - 4 : at
    const others = Array.from('0123456789', digit => code.slice(0, place) + digit + code.slice(place + 1))
    const mistyped = others.filter(other => other !== code && isMistypedVat(other))
    expect(mistyped.length).toBeGreaterThanOrEqual(8)
  })
  test.each(['US123456789', '91350100M000100Y43', 'DE12345', 'GB980780684', ''])('%j is none of the Union', code =>
    expect(isMistypedVat(code)).toBe(false),
  )
})

test('blank is what a form leaves empty', () => {
  expect([null, undefined, '', ' \t', '　'].every(isBlank)).toBe(true)
  expect([0, false, 'x', [], {}].some(isBlank)).toBe(false)
})
