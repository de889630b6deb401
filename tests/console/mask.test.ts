import { describe, expect, it } from 'vitest'
import { maskAnswer } from '../../src/console/mask/answer.ts'
import { maskEmail, maskName, maskNumber, maskPatterns } from '../../src/console/mask/stars.ts'

describe('texts', () => {
  it.each([
    [maskEmail, 'ana.lopez@example.co.uk', 'a***@***.uk'],
    [maskName, '张三丰', '张**'],
    [maskName, 'Ana López', 'A** L****'],
    [maskNumber, '+8613800138000', '+86*********00'],
    [maskNumber, '110101199003071234', '110*************34'],
    [maskNumber, '12345', '*****'],
    [
      maskPatterns,
      'write to ana@example.com or call +34 600 123 456.',
      'write to a***@***.com or call +34 *** *** *56.',
    ],
    [maskPatterns, '身份证 11010119900307123X', '身份证 110*************3X'],
    [
      maskPatterns,
      'at 2026-11-21T10:00:00Z by 0190a000-0000-7000-8000-000000000001',
      'at 2026-11-21T10:00:00Z by 0190a000-0000-7000-8000-000000000001',
    ],
    [maskPatterns, 'version 12, 3.5 of 100', 'version 12, 3.5 of 100'],
  ])('%o %s', (mask, text, expected) => {
    expect(mask(text)).toBe(expected)
  })
})

describe('answers', () => {
  it('canonical fields by the model, the same shape as before', () => {
    expect(
      maskAnswer({
        entity: 'person',
        fields: {
          fullName: '王小明',
          email: 'wang@example.com',
          birthDate: '1990-03-07',
          jobTitle: 'CTO',
          score: 80,
          address: { streetAddress: '长安街1号', addressCountry: 'CN' },
          consents: [{ channel: 'email', status: 'granted' }],
          extra: { shoe: 43, nick: 'Mingming' },
        },
      }),
    ).toMatchObject({
      fields: {
        fullName: '王**',
        email: 'w***@***.com',
        birthDate: '****-**-**',
        jobTitle: 'CTO',
        score: 80,
        address: { streetAddress: '*****' },
        extra: { shoe: 0, nick: expect.not.stringContaining('M') },
      },
    })
  })

  it.each([
    [
      'JSON',
      {
        payload: {
          json: { contact: { 姓名: '王小明', 手机: '13800138000', city: 'Beijing', status: 'open', amount: 12 } },
        },
      },
      {
        payload: {
          json: { contact: { 姓名: '王**', 手机: '138******00', city: '*******', status: 'open', amount: 12 } },
        },
      },
    ],
    [
      'a form',
      { body: { text: 'full_name=Ana+Silva&email=ana%40example.com&plan=gold' } },
      { body: { text: 'full_name=A** S****&email=a***@***.com&plan=gold' } },
    ],
    [
      'JSON inside a text',
      { exchanges: [{ request: '{"lastName":"Silva","id":7}' }] },
      { exchanges: [{ request: '{"lastName":"S****","id":7}' }] },
    ],
    ['a number for a phone', { vendorForm: { mobile: 13800138000, age: 7 } }, { vendorForm: { mobile: 0, age: 7 } }],
    [
      'a free text',
      { payload: { json: { message: 'my wife left me', event_name: 'form.sent' } } },
      { payload: { json: { message: '************', event_name: 'form.sent' } } },
    ],
    [
      'a remote id that is a mail',
      { remoteId: 'ana@example.com', state: 'dead' },
      { remoteId: 'a***@***.com', state: 'dead' },
    ],
    [
      'a message with a mail in it',
      { detail: { message: 'no contact ana@example.com' } },
      { detail: { message: '************' } },
    ],
  ])('%s', (_name, given, expected) => {
    expect(maskAnswer(given)).toEqual(expected)
  })

  it('is masked whatever the depth, and what was given is not changed', () => {
    const given = { items: [{ payload: { json: [[{ deep: [{ email: 'ana@example.com' }] }]] } }] }
    expect(JSON.stringify(maskAnswer(given))).not.toContain('ana@')
    expect(given.items[0]?.payload.json[0]?.[0]?.deep[0]?.email).toBe('ana@example.com')
  })
})
