import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'

/** What the hub knows of the remote record that a delivery writes to. Documents are made by the outbound mapping. */
export interface RemoteView {
  /** The last acknowledged document. */
  sent: JsonObject | undefined
  /** An earlier write may or may not have arrived. */
  isOpen: boolean
  /** Never written: the documents of such writes. */
  open: readonly JsonObject[]
  /** Never written: the document of what is seen there. */
  seen: JsonObject | undefined
  /** Never written: the vendor's own form, last seen. */
  vendorForm: JsonObject | undefined
  /** The document with the system's edits that lost: what it may show now. */
  lost: JsonObject | undefined
  /** The document without the system's own edits that won and are surely there. */
  before: JsonObject | undefined
}

export type Change =
  | { kind: 'none'; /** What is there becomes what counts as sent. */ adopt: boolean }
  | { kind: 'create'; changed: JsonObject }
  | { kind: 'update'; changed: JsonObject }

/**
 * Compares a new outbound document with what the remote record holds: nothing, a create, or an update of only the
 * members that differ. A member that left the document stays there as it is: only an explicit null clears it.
 */
export function compareDocument(document: JsonObject, remote: RemoteView | undefined): Change {
  if (remote === undefined) return { kind: 'create', changed: document }
  const { sent } = remote
  const changed = sent === undefined ? toFirstWrite(document, remote) : toWrite(document, sent, remote)
  if (Object.keys(changed).length > 0) return { kind: 'update', changed }
  return { kind: 'none', adopt: sent === undefined || !jsonEqual(document, sent) }
}

/**
 * Nothing is written that is seen there, or that the vendor's own form shows under the same name; but what an open write may
 * have changed since, nobody has seen yet.
 */
function toFirstWrite(document: JsonObject, { seen, vendorForm = {}, open }: RemoteView): JsonObject {
  if (seen === undefined) return document
  const changed: JsonObject = {}
  for (const [name, value] of Object.entries(document)) {
    // A report of what changed leaves out what is there still.
    const isSeen = holds(seen, name, value) || (name in vendorForm && holds(vendorForm, name, value))
    if (!isSeen || open.some(written => name in written && !jsonEqual(written[name], value))) changed[name] = value
  }
  return changed
}

/** What differs from the last write, but not what the system itself made so; and what the system's losing edits changed. */
function toWrite(document: JsonObject, sent: JsonObject, { isOpen, lost, before }: RemoteView): JsonObject {
  if (isOpen) return document
  const changed = difference(document, sent)
  if (before !== undefined) {
    for (const name of Object.keys(changed)) if (jsonEqual(before[name], sent[name])) delete changed[name]
  }
  return lost === undefined ? changed : { ...changed, ...difference(document, lost) }
}

/** Members of a document that are not, or not so, in another. */
export function difference(document: JsonObject, other: JsonObject): JsonObject {
  const changed: JsonObject = {}
  for (const [name, value] of Object.entries(document)) if (!jsonEqual(value, other[name])) changed[name] = value
  return changed
}

/** The same value; or nothing where nothing is wanted. */
function holds(shown: JsonObject, name: string, value: Json): boolean {
  const held = shown[name]
  const empty = held === undefined || held === null || held === '' || held === false
  return jsonEqual(value, held) || (value === null && empty)
}

/** A mapping's result as a document: undefined when the mapping says that there is nothing to hold. */
export function documentOf(value: Json | undefined): JsonObject | undefined | 'not_an_object' {
  if (value === undefined || value === null) return undefined
  return isJsonObject(value) ? value : 'not_an_object'
}
