import type { Access } from '#connector/kit.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { modifiedProperty, OBJECTS, type ObjectName } from './objects.ts'
import type { Settings } from './settings.ts'

/** Internal names of properties; whatever else a mapping names cannot be one. */
const PROPERTY = /^[a-z][a-z0-9_]*$/

/** A member of an outbound document that is no property but says to which records it is associated: `association:company`. */
const ASSOCIATION = 'association:'

/**
 * The properties to read of an object: what its inbound mapping names, in whatever place, and what the settings add. HubSpot
 * gives only those that are asked for, and leaves out what it does not know.
 */
export function propertiesToRead({ settings, namesRead }: Access<Settings>, object: ObjectName): string[] {
  const named = [...(namesRead?.(object) ?? [])].filter(name => PROPERTY.test(name))
  const own = settings.idProperty === null ? [] : [settings.idProperty]
  return [...new Set([...named, ...(settings.properties[object] ?? []), ...own, modifiedProperty(object)])].sort()
}

/** The objects whose associations a mapping reads: those that it names beside `associations`. */
export function associationsToRead({ namesRead }: Access<Settings>, object: ObjectName): ObjectName[] {
  const names = namesRead?.(object)
  if (names?.has('associations') !== true) return []
  return OBJECTS.filter(other => other !== object && names.has(other))
}

/** The properties of an outbound document as HubSpot takes them: all texts, "" clears, several values joined by `;`. */
export function propertiesToWrite(document: JsonObject): Record<string, string> {
  const members = Object.entries(document).filter(([name]) => !name.startsWith(ASSOCIATION))
  return Object.fromEntries(members.map(([name, value]) => [name, propertyText(value ?? null)]))
}

function propertyText(value: Json): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map(propertyText).join(';')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What a document says of associations, by the object on the other side; null and an empty list say "none". */
export function associationsToWrite(document: JsonObject): Map<string, readonly string[]> {
  const members = Object.entries(document).filter(([name]) => name.startsWith(ASSOCIATION))
  return new Map(members.map(([name, value]) => [name.slice(ASSOCIATION.length), idsOf(value ?? null)]))
}

function idsOf(value: Json): string[] {
  return [value].flat().flatMap(id => (id === null || id === '' ? [] : [propertyText(id)]))
}
