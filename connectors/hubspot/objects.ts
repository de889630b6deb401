/** HubSpot's objects that this connector knows; each has mappings of its own. */
export const OBJECTS = ['contact', 'company', 'deal', 'ticket'] as const
export type ObjectName = (typeof OBJECTS)[number]

/** Most inputs of one batch call. */
export const BATCH_MAX = 100

/** How an object is named in addresses. */
const PATHS: Readonly<Record<ObjectName, string>> = {
  contact: 'contacts',
  company: 'companies',
  deal: 'deals',
  ticket: 'tickets',
}

export function isObject(name: string): name is ObjectName {
  return OBJECTS.some(object => object === name)
}

/** Below the base address; one date-versioned form of these paths exists as well, v3 still works. */
export function objectPath(object: ObjectName, rest = ''): string {
  return `/crm/v3/objects/${PATHS[object]}${rest}`
}

export function propertyPath(object: ObjectName, property: string): string {
  return `/crm/v3/properties/${PATHS[object]}/${encodeURIComponent(property)}`
}

export function associationPath(from: ObjectName, to: ObjectName, call: 'read' | 'create' | 'archive'): string {
  return `/crm/v4/associations/${PATHS[from]}/${PATHS[to]}/batch/${call}`
}

/** The property that holds the modified time; contacts have one of their own. */
export function modifiedProperty(object: ObjectName): string {
  return object === 'contact' ? 'lastmodifieddate' : 'hs_lastmodifieddate'
}

/**
 * Type ids of HubSpot's own associations, without a label, and as the primary one where there is such a thing. Source:
 * HubSpot/hubspot-api-nodejs src/enums/AssociationTypes.ts.
 */
export const ASSOCIATIONS: Readonly<
  Record<ObjectName, Partial<Record<ObjectName, { typeId: number; primary?: number }>>>
> = {
  contact: { company: { typeId: 279, primary: 1 }, deal: { typeId: 4 }, ticket: { typeId: 15 } },
  company: { contact: { typeId: 280 }, deal: { typeId: 342 }, ticket: { typeId: 340 } },
  deal: { company: { typeId: 341, primary: 5 }, contact: { typeId: 3 }, ticket: { typeId: 27 } },
  ticket: { company: { typeId: 339, primary: 26 }, contact: { typeId: 16 }, deal: { typeId: 28 } },
}
