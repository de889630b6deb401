import { entityModel } from '#model/fields.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { type IdentityOptions, linkedKey, strongKeys } from '#rules/identity/identity.ts'
import { suppressedKey, suppressedRemote } from '#store/customers/suppression.ts'
import type { Mapped } from './mapped.ts'
import type { PendingEvent, RemoteKey } from './rows.ts'
import type { Statement } from './statements.ts'

/** What of an event speaks of an erased person: nothing, all of it, or what is left once their part is out. */
export type KeptOut = { kind: 'nothing' } | { kind: 'all' } | { kind: 'some'; mapped: Mapped }

/** Every text of an event whose keyed hash may be suppressed. */
export function suppressionTexts(event: PendingEvent, mapped: Mapped | undefined, options: IdentityOptions): string[] {
  const texts = eventTexts(event)
  if (mapped?.kind !== 'statements') return texts
  for (const statement of mapped.statements) {
    texts.push(suppressedRemote(statement), ...keyTexts(statement, options))
    for (const { text } of linkTexts(statement, options)) texts.push(text)
  }
  return texts
}

/**
 * Keeps an erased person out of an event. Their statements go, and facts that name them; orders and the like stay as they
 * do on erasure: without the link and without personal fields. An event that is mainly about the person goes as a whole.
 * Of a remote record of somebody else that has one of their keys only its version is heard, since we write to it.
 */
export function keepOut(
  event: PendingEvent,
  mapped: Mapped | undefined,
  suppressed: ReadonlySet<string>,
  parts: { identity: IdentityOptions; isLinked: (key: RemoteKey) => boolean },
): KeptOut {
  if (eventTexts(event).some(text => suppressed.has(text))) return { kind: 'all' }
  if (mapped?.kind !== 'statements') return { kind: 'nothing' }
  const kept = mapped.statements.map(statement => stripped(statement, suppressed, parts))
  if (kept.every((statement, index) => statement === mapped.statements[index])) return { kind: 'nothing' }
  if (kept[0] === undefined) return { kind: 'all' }
  const statements = kept.filter(statement => statement !== undefined)
  return { kind: 'some', mapped: { ...mapped, statements, vendorForm: undefined, notes: [] } }
}

/** Whom its vendor says to be the erased person is kept out like the person. */
function eventTexts({ system, object, remoteId, mergedInto }: PendingEvent): string[] {
  return [remoteId, mergedInto].flatMap(id =>
    id === undefined ? [] : [suppressedRemote({ system, object, remoteId: id })],
  )
}

/** Undefined: the statement is the person's own. The same statement: it has nothing to do with them. */
function stripped(
  statement: Statement,
  suppressed: ReadonlySet<string>,
  { identity, isLinked }: Parameters<typeof keepOut>[3],
): Statement | undefined {
  if (suppressed.has(suppressedRemote(statement))) return undefined
  if (keyTexts(statement, identity).some(text => suppressed.has(text)))
    return isLinked(statement) ? { ...statement, fields: {} } : undefined
  const links = linkTexts(statement, identity).filter(link => suppressed.has(link.text))
  if (links.length === 0) return statement
  const model = entityModel(statement.entity)
  if (model.class === 'fact') return undefined
  const hidden = new Set(links.map(link => link.field))
  if (model.class === 'transaction') for (const field of model.fields.values()) if (field.pii) hidden.add(field.name)
  const fields = Object.fromEntries(Object.entries(statement.fields).filter(([name]) => !hidden.has(name)))
  return { ...statement, fields }
}

function keyTexts({ entity, fields }: Statement, options: IdentityOptions): string[] {
  const keys = entity === 'person' ? strongKeys('person', fields, options) : []
  return keys.map(({ kind, value }) => suppressedKey(kind, value))
}

function linkTexts(statement: Statement, options: IdentityOptions): { field: string; text: string }[] {
  return entityModel(statement.entity).linkFields.flatMap(({ name }) => {
    const value = statement.fields[name]
    const text = isJsonObject(value) ? linkText(value, statement.system, options.defaultCountry) : undefined
    return text === undefined ? [] : [{ field: name, text }]
  })
}

function linkText(link: JsonObject, ownSystem: string, defaultCountry: string): string | undefined {
  const { $ref: ref, $key: key } = link
  if (isJsonObject(ref)) {
    const { system = ownSystem, object, id } = ref
    return suppressedRemote({ system: textOf(system), object: textOf(object), remoteId: textOf(id) })
  }
  const [entry] = isJsonObject(key) ? Object.entries(key) : []
  const strong = entry === undefined ? undefined : linkedKey(entry[0], textOf(entry[1]), defaultCountry)
  return strong === undefined ? undefined : suppressedKey(strong.kind, strong.value)
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
