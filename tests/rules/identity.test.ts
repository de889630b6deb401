import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entity } from '#model/entities.ts'
import type { KeyKind } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import { compileBlocked } from '#rules/identity/blocked-keys.ts'
import { loadIdentityPolicy, parseIdentityPolicy } from '#rules/identity/policy.ts'
import { linkedKey, strongKeys } from '#rules/identity/identity.ts'
import type { IdentityOptions } from '#rules/identity/identity.ts'

const loaded = loadIdentityPolicy()
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
const SHIPPED: IdentityOptions = {
  defaultCountry: 'CN',
  blocked: compileBlocked(loaded.policy.blocked, { any: ['*@blocked.example'] }),
  limits: loaded.policy.limits,
}

function keys(entity: Entity, fields: Record<string, Json>): string[] {
  return strongKeys(entity, fields, SHIPPED).map(key => `${key.kind} ${key.value}${key.exclusive ? ' !' : ''}`)
}

describe('strongKeys', () => {
  const table: [string, Entity, Record<string, Json>, string[]][] = [
    ['mail in lower case', 'person', { email: ' Ana.Silva@Example.COM ' }, ['email ana.silva@example.com']],
    ['mail domain in Unicode', 'person', { email: 'a.b@XN--fsqu00a.cn' }, ['email a.b@例子.cn']],
    ['full-width mail', 'person', { email: 'ａｎａ@example.com' }, ['email ana@example.com']],
    ['a Chinese mobile', 'person', { mobile: '+8613916808123' }, ['mobile +8613916808123']],
    ['a mobile without country', 'person', { mobile: '139 1680 8123' }, ['mobile +8613916808123']],
    ['a mobile in the phone field', 'person', { phone: '+8613916808123' }, ['mobile +8613916808123']],
    ['a desk phone', 'person', { phone: '+862162345678' }, []],
    ['a desk phone as mobile', 'person', { mobile: '+862162340987' }, []],
    ['an American number as mobile', 'person', { mobile: '+12025550143' }, ['mobile +12025550143']],
    ['an American number as phone', 'person', { phone: '+12025550143' }, []],
    [
      'lists',
      'person',
      { emails: [{ email: 'b@x.co' }, { email: 'A@x.co' }], phones: [{ phone: '+8613916808123', type: 'work' }] },
      ['email a@x.co', 'email b@x.co', 'mobile +8613916808123'],
    ],
    ['the same twice', 'person', { email: 'a@x.co', emails: [{ email: 'A@X.co' }] }, ['email a@x.co']],
    [
      'WeChat and WeCom ids',
      'person',
      { wechatUnionid: 'oU1', wechatOpenid: 'oO1', wecomExternalUserid: 'wm1' },
      ['wechatOpenid oO1', 'wechatUnionid oU1 !', 'wecomExternalUserid wm1'],
    ],
    ['external ids', 'person', { externalIds: [{ scheme: 'Customer', id: ' 007 ' }] }, ['externalId customer:007']],
    ['an external id of zeros', 'person', { externalIds: [{ scheme: 'c', id: '0000' }] }, []],
    ['an external id "n/a"', 'person', { externalIds: [{ scheme: 'c', id: 'N/A' }] }, []],
    ['a credit code', 'account', { taxId: '9111 0000 8021 0043 3b' }, ['taxId 91110000802100433B !']],
    ['a credit code with a wrong check sign', 'account', { taxId: '91110000802100433C' }, []],
    ['a VAT id', 'account', { taxId: 'DE 136.695.976' }, ['taxId DE136695976 !']],
    ['a mistyped VAT id', 'account', { taxId: 'DE 136.695.967' }, []],
    ['a tax id of zeros', 'account', { taxId: '000000000000000000' }, []],
    ['no phone of an account', 'account', { phone: '+8613916808123' }, []],
    ['a GTIN, short or long', 'product', { gtin: '4006381333931' }, ['gtin 04006381333931 !']],
    ['a GTIN with a wrong check digit', 'product', { gtin: '4006381333932' }, []],
    [
      'an order number is no key, a shared id is',
      'order',
      { number: 'SO-1', externalIds: [{ scheme: 'so', id: 'SO-1' }] },
      ['externalId so:SO-1'],
    ],
    ['a shared mailbox', 'person', { email: 'Info@Acme.com' }, []],
    ['a no-reply sender', 'person', { email: 'no-reply@acme.com' }, []],
    ['a Chinese service mailbox', 'person', { email: 'kefu@acme.cn' }, []],
    ["the operator's own pattern", 'person', { email: 'x@blocked.example' }, []],
    ['a test number', 'person', { mobile: '+8613800138000' }, []],
    ['a 400 hotline', 'person', { mobile: '+864008123123' }, []],
    ['one digit over and over', 'person', { mobile: '11111111111' }, []],
    ['null', 'person', { email: null, emails: null }, []],
    ['wrong shapes', 'person', { email: 5, emails: 'x', externalIds: [1, null, {}] }, []],
    ['a page view', 'interaction', { kind: 'pageView', subject: 'a@x.co' }, []],
  ]
  test.each(table)('%s', (_what, entity, fields, expected) => {
    expect(keys(entity, fields)).toEqual(expected)
  })

  test('a record with too many keys is a list, not a customer; an endless value is no key', () => {
    const many = Array.from({ length: 41 }, (_, index) => ({ email: `p${index}@x.co` }))
    expect(keys('person', { emails: many })).toEqual([])
    expect(keys('person', { emails: many.slice(1) })).toHaveLength(40)
    expect(keys('person', { wechatOpenid: 'ab'.repeat(300) })).toEqual([])
  })

  test('a link by key meets the key of the record', () => {
    const forms: [KeyKind, string, Record<string, Json>][] = [
      ['email', 'ANA@x.co', { email: 'ana@X.co' }],
      ['mobile', '13916808123', { mobile: '+86 139-1680-8123' }],
      ['externalId', 'Erp: 7 ', { externalIds: [{ scheme: 'erp', id: '7' }] }],
    ]
    for (const [kind, value, fields] of forms) {
      const [key] = strongKeys('person', fields, SHIPPED)
      expect(linkedKey(kind, value, 'CN')).toEqual({ kind: key?.kind, value: key?.value })
    }
    expect(linkedKey('shoeSize', '42', 'CN')).toBeUndefined()
  })

  test('normal forms are stable, and keys come in the same order whatever the order of the lists', () => {
    const mails = fc.uniqueArray(fc.emailAddress(), { maxLength: 5 })
    fc.assert(
      fc.property(mails, list => {
        const emails = list.map(email => ({ email }))
        const found = strongKeys('person', { emails }, SHIPPED)
        expect(strongKeys('person', { emails: emails.toReversed() }, SHIPPED)).toEqual(found)
        const again = strongKeys('person', { emails: found.map(key => ({ email: key.value })) }, SHIPPED)
        expect(again).toEqual(found)
      }),
    )
  })
})

describe('the identity policy', () => {
  test('patterns: exact, leading, trailing and both; a lone star blocks nothing', () => {
    const blocked = compileBlocked({ any: ['exact', 'start*', '*end', '*middle*', '*'], email: ['Only@mail.co'] })
    const hits = ['exact', 'EXACT', 'started', 'the end', 'a middle b'].map(value => blocked('sku', value))
    expect(hits).toEqual([true, true, true, true, true])
    expect(['exactly', 'astart', 'endx', 'x'].some(value => blocked('sku', value))).toBe(false)
    expect([blocked('email', 'only@mail.co'), blocked('sku', 'only@mail.co')]).toEqual([true, false])
  })

  test('every mistake is reported with its line', () => {
    const text = 'blocked:\n  email:\n    - in*fo@x\n    - 5\n  shoe: []\nlimits:\n  keysPerRecordMax: 0\n'
    const result = parseIdentityPolicy(text, 'identity.yaml')
    expect(result.ok ? [] : result.problems.map(({ line, path }) => [path, line])).toEqual([
      ['blocked.email.0', 3],
      ['blocked.email.1', 4],
      ['blocked', 2],
      ['limits.keysPerRecordMax', 7],
      ['limits.keyCharsMax', 7],
    ])
    expect(parseIdentityPolicy('blocked: [', 'x').ok).toBe(false)
    expect(loadIdentityPolicy('/nowhere/identity.yaml')).toMatchObject({ ok: false })
  })
})
