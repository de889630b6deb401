/** Zendesk's objects that this connector knows; each has mappings of its own. */
export const OBJECTS = ['user', 'organization', 'ticket'] as const
export type ObjectName = (typeof OBJECTS)[number]

export function isObject(name: string): name is ObjectName {
  return OBJECTS.some(object => object === name)
}

/** The path of an object below the base address; its list in replies has the same name. */
export function plural(object: ObjectName): 'users' | 'organizations' | 'tickets' {
  return `${object}s`
}
