import { assert } from './assert.ts'
import type { Entity, EntityClass } from './entities.ts'
import { ENTITY_DATA } from './fields.gen.ts'

/** How values of a field are compared; see src/rules/comparators.ts. */
export type FieldKind =
  | 'text'
  | 'name'
  | 'email'
  | 'phone'
  | 'money'
  | 'date'
  | 'time'
  | 'boolean'
  | 'number'
  | 'enum'
  | 'object'
  | 'list'
  | 'link'

/** How the value of a golden field is chosen from several statements; see src/rules/survivorship/survivorship.ts. */
export type Survivorship = 'mostRecent' | 'longest' | 'mostComplete' | 'union' | 'consent'

/** Kinds of strong identity keys; see src/rules/identity/identity.ts. */
export type KeyKind =
  | 'email'
  | 'mobile'
  | 'taxId'
  | 'wechatUnionid'
  | 'wechatOpenid'
  | 'wecomExternalUserid'
  | 'externalId'
  | 'sku'
  | 'gtin'

/** Titles and descriptions in both languages of the product. */
export interface Texts {
  title: string
  titleZh: string
  description: string
  descriptionZh: string
}

export interface FieldModel extends Texts {
  name: string
  kind: FieldKind
  survivorship: Survivorship
  /** Personal data: masked in logs and for readers without the right to see it. */
  pii: boolean
  /** Union and consent lists of objects: the members that name an element. */
  elementKey?: readonly string[]
  /** Links: the entities it may point at. */
  linkTo?: readonly Entity[]
  /** The kind of strong key that the field holds. */
  key?: KeyKind
  /** Two different values of the key contradict "same customer". */
  exclusive?: boolean
  /** The shape in short, for people: the part's name, `Part[]`, or the allowed words. */
  shape: string
}

/** One entity as the generator writes it. */
export interface EntityData extends Texts {
  name: Entity
  class: EntityClass
  fields: readonly FieldModel[]
}

export interface EntityModel extends Omit<EntityData, 'fields'> {
  fields: ReadonlyMap<string, FieldModel>
  /** The fields that hold strong keys. */
  keyFields: readonly FieldModel[]
  /** The fields that point at other records. */
  linkFields: readonly FieldModel[]
}

const MODELS: ReadonlyMap<string, EntityModel> = new Map(ENTITY_DATA.map(data => [data.name, model(data)]))

/** The fields of an entity with their annotations, read from openapi/canonical.yaml at build time. */
export function entityModel(entity: Entity): EntityModel {
  const found = MODELS.get(entity)
  assert(found !== undefined, `entity ${entity} has no model; run npm run generate`)
  return found
}

function model(data: EntityData): EntityModel {
  return {
    ...data,
    fields: new Map(data.fields.map(field => [field.name, field])),
    keyFields: data.fields.filter(field => field.key !== undefined),
    linkFields: data.fields.filter(field => field.kind === 'link'),
  }
}
