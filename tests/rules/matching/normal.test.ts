import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressParts } from '#rules/matching/normal/address.ts'
import { birthDigits, compareBirth } from '#rules/matching/normal/birth-date.ts'
import { companyWords, registeredName } from '#rules/matching/normal/company.ts'
import { fold } from '#rules/matching/normal/fold.ts'
import { mailKey, ownDomain } from '#rules/matching/normal/mail.ts'
import { areNicknames } from '#rules/matching/normal/nicknames.ts'
import { nameParts } from '#rules/matching/normal/person.ts'
import { phoneNumber, phoneParts, phoneTail } from '#rules/matching/normal/phone-number.ts'
import { phonetic } from '#rules/matching/normal/phonetic.ts'
import { pinyin } from '#rules/matching/normal/pinyin.ts'
import { editDistance, jaroWinkler } from '#rules/matching/normal/similarity.ts'

describe('texts', () => {
  test.each([
    ['Müller-Lüdenscheidt', 'muller ludenscheidt'],
    ['ŁÓDŹ', 'lodz'],
    ["O'Brien", 'obrien'],
    ['Дмитрий', 'dmitrii'],
    ['Ｆｕｌｌ　ｗｉｄｔｈ', 'full width'],
    ['  ', ''],
  ])('%s folds to %s', (text, folded) => expect(fold(text)).toBe(folded))

  test('folding a folded text changes nothing', () => {
    assert(property(string({ unit: 'grapheme' }), text => fold(fold(text)) === fold(text)))
  })

  test('similarity is the same in both directions, and whole for equal texts', () => {
    const word = string({ minLength: 1, maxLength: 12 })
    assert(
      property(word, word, (left, right) => {
        expect(jaroWinkler(left, right)).toBeCloseTo(jaroWinkler(right, left), 10)
        expect(editDistance(left, right, 20)).toBe(editDistance(right, left, 20))
        expect(jaroWinkler(left, left)).toBe(1)
      }),
    )
  })

  test.each([
    ['smith', 'smith', 0],
    ['smith', 'smiht', 1],
    ['smith', 'smyth', 1],
    ['smith', 'jones', 3],
  ])('%s becomes %s by %i edits, three meaning more than two', (left, right, edits) => {
    expect(editDistance(left, right, 2)).toBe(edits)
  })

  test.each([
    ['stephen', 'steven'],
    ['catherine', 'katharine'],
    ['meyer', 'maier'],
  ])('%s sounds like %s', (left, right) => expect(phonetic(left)).toBe(phonetic(right)))
})

describe('names of persons', () => {
  test.each([
    ['王小明', { given: ['xiaoming'], family: ['wang'] }],
    ['欧阳娜娜', { given: ['nana'], family: ['ouyang'] }],
    ['Smith, John Jr', { given: ['john'], family: ['smith'], generation: 'jr' }],
    ['Dr. José van der Berg', { given: ['jose'], family: ['berg'] }],
    ['J. F. Lewis', { given: ['j', 'f'], family: ['lewis'] }],
  ])('%s', (full, parts) => expect(nameParts(undefined, undefined, full)).toEqual(parts))

  test('a middle name in the full name is one that the person goes by', () => {
    expect(nameParts('Christopher', 'Maskell', 'Christopher Mark Maskell')?.given).toEqual(['christopher', 'mark'])
  })

  test('Chinese characters are read as they are in names', () => {
    expect(pinyin('张偉')).toEqual(['zhang', 'wei'])
    expect(pinyin('曾国藩')[0]).toBe('zeng')
    expect(pinyin('宋慧乔')).toEqual(['song', 'hui', 'qiao'])
  })

  test('Bill and Peggy are William and Margaret, Bill is not Peter', () => {
    expect(areNicknames('bill', 'william')).toBe(true)
    expect(areNicknames('peggy', 'margaret')).toBe(true)
    expect(areNicknames('bill', 'peter')).toBe(false)
  })
})

describe('names of organisations', () => {
  test.each([
    ['Acme GmbH & Co. KG', ['acme']],
    ['The Acme Corporation, Inc.', ['acme']],
    ['Limited', ['limited']],
    ['上海大众汽车有限公司', ['上海', '海大', '大众', '众汽', '汽车']],
  ])('%s', (name, list) => expect(companyWords(name)).toEqual(list))

  test('a Chinese name in full is one company’s alone, wherever it names its place', () => {
    const forms = ['上海远洋贸易有限公司', '远洋贸易（上海）有限公司', '上海市远洋贸易有限公司']
    expect(new Set(forms.map(registeredName))).toEqual(new Set(['上海远洋贸易有限公司']))
    expect(new Set(forms.map(name => companyWords(name).join(' '))).size).toBe(1)
    expect(['远洋贸易', '远洋有限公司', 'Acme GmbH'].map(registeredName)).toEqual([undefined, undefined, undefined])
    expect(registeredName('北京远洋贸易有限公司')).not.toBe(registeredName('上海远洋贸易有限公司'))
  })
})

describe('what people are reached by', () => {
  test.each([
    ['Ann.Lee+shop@googlemail.com', 'annlee@gmail.com'],
    ['ann.lee+shop@acme.example', 'ann.lee@acme.example'],
    ['Ann Lee <ann@acme.example>', 'ann@acme.example'],
  ])('%s is %s', (text, address) => expect(mailKey(text)?.address).toBe(address))

  test('mailboxes of a function and free providers are known', () => {
    expect(mailKey('info@acme.example')).toMatchObject({ isRole: true, isFree: false })
    expect(mailKey('ann@qq.com')).toMatchObject({ isRole: false, isFree: true })
    expect(ownDomain('https://www.acme.example/about')).toBe('acme.example')
    expect(ownDomain('gmail.com')).toBeUndefined()
  })

  test('a number is found with and without its area code, an extension is left out', () => {
    expect(phoneTail(phoneNumber('(773) 575-6550 ext. 12') ?? '')).toBe(phoneTail(phoneNumber('5756550') ?? ''))
    expect(phoneNumber('0000000')).toBeUndefined()
    expect(phoneNumber('0086 139 1234 5678')).toBe('+8613912345678')
    expect(phoneNumber('+1 773-575-6550 转 12')).toBe('+17735756550')
    // A number that no plan knows is told by its digits.
    expect(phoneNumber('+1 111 575 6550')).toBe('11115756550')
    // Whole numbers are compared as wholes: the same end in another city is another number.
    expect(phoneParts('+17735756550', '+12125756550')).toEqual(['+17735756550', '+12125756550'])
    expect(phoneParts('+17735756550', '7735756550')).toEqual(['5756550', '5756550'])
  })

  test.each([
    [{ street: '3212 W. 32nd St Palm Harbor, FL 60527' }, { house: '3212', postcode: '60527' }],
    [{ street: 'Suite 900, 1450 N City Rd' }, { house: '1450', unit: '900', street: ['north', 'city'] }],
    [{ street: '18 Danver Place, Loughborough, LE11 1UU' }, { house: '18', postcode: 'le111uu' }],
    [
      { street: '#321, Street 128', city: 'Phnom Penh' },
      { house: '321', city: 'phnom penh' },
    ],
    [
      { street: '南京西路1266号', city: '上海市' },
      { house: '1266', city: '上海' },
    ],
  ])('address %j', (text, parts) => expect(addressParts(text)).toMatchObject(parts))
})

describe('dates of birth', () => {
  test.each([
    ['1990-03-15', '19900315'],
    ['3/15/90', '19900315'],
    ['15/3/1990', '19900315'],
    ['17-May-90', '19900517'],
    ['19729518', '19729518'],
    ['none', undefined],
  ])('%s is %s', (text, digits) => expect(birthDigits(text)).toBe(digits))

  test.each([
    ['19900315', '19900315', 'exact'],
    ['19900305', '19900503', 'slip'],
    ['19900315', '19900351', 'slip'],
    ['18550101', '18550812', 'year'],
    ['19900315', '19900415', 'slip'],
    ['19900315', '19910327', 'near'],
    ['19900315', '19551122', 'differs'],
  ])('%s and %s: %s', (left, right, level) => expect(compareBirth(left, right)).toBe(level))
})
