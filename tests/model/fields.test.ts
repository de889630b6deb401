import { describe, expect, test } from 'vitest'
import { ENTITIES, FACTS, MASTERED, TRANSACTIONS, isEntity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'

const CHINESE = /\p{Script=Han}/u

describe('the model of every entity', () => {
  test.each(ENTITIES)('%s has a class, texts in both languages and sound annotations', name => {
    const model = entityModel(name)
    expect(model.class).toBe(
      (MASTERED as readonly string[]).includes(name)
        ? 'mastered'
        : (TRANSACTIONS as readonly string[]).includes(name)
          ? 'transaction'
          : 'fact',
    )
    expect(model.titleZh).toMatch(CHINESE)
    expect(model.fields.has('extra')).toBe(true)
    for (const field of model.fields.values()) {
      const where = `${name}.${field.name}`
      expect(field.title, where).toMatch(/^[A-Z]/)
      expect(`${field.titleZh}${field.descriptionZh}`, where).toMatch(CHINESE)
      expect(field.shape, where).not.toBe('')
      expect(field.linkTo === undefined, where).toBe(field.kind !== 'link')
      expect(field.linkTo?.every(isEntity) ?? true, where).toBe(true)
      if (field.survivorship === 'union' || field.survivorship === 'consent') {
        expect(['list', 'object'], where).toContain(field.kind)
      }
    }
  })

  test('persons carry the strong keys of section 5, accounts the tax id', () => {
    const keys = (entity: 'person' | 'account') => entityModel(entity).keyFields.map(field => [field.name, field.key])
    expect(keys('person')).toEqual([
      ['email', 'email'],
      ['mobile', 'mobile'],
      ['phone', 'mobile'],
      ['emails', 'email'],
      ['phones', 'mobile'],
      ['wechatUnionid', 'wechatUnionid'],
      ['wechatOpenid', 'wechatOpenid'],
      ['wecomExternalUserid', 'wecomExternalUserid'],
      ['externalIds', 'externalId'],
    ])
    expect(keys('account')).toContainEqual(['taxId', 'taxId'])
    expect(entityModel('account').fields.get('taxId')?.exclusive).toBe(true)
  })

  test('facts have no strong keys of persons', () => {
    for (const name of FACTS) {
      expect(entityModel(name).keyFields.every(field => field.key === 'externalId')).toBe(true)
    }
  })
})
