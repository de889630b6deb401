/** Entities of the canonical model, by class. Their schemas and field annotations are in `openapi/canonical.yaml`. */
export const MASTERED = ['account', 'person', 'product'] as const
export const TRANSACTIONS = ['opportunity', 'quote', 'contract', 'order', 'invoice', 'ticket'] as const
export const FACTS = ['interaction', 'campaign', 'campaignMembership'] as const
export const ENTITIES = [...MASTERED, ...TRANSACTIONS, ...FACTS] as const

export type Entity = (typeof ENTITIES)[number]
export type EntityClass = 'mastered' | 'transaction' | 'fact'

export function isEntity(name: string): name is Entity {
  return (ENTITIES as readonly string[]).includes(name)
}
