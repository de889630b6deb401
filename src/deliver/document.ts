import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'

/** What the hub knows of the remote record that a delivery writes to. */
export interface RemoteView {
  remoteId: string
  /** The last acknowledged document. */
  sent: JsonObject | undefined
  /** The vendor's own form, last seen; the base of comparison where nothing was written yet. */
  vendorForm: JsonObject | undefined
  /** An edit there lost against another system and must be written over. */
  lostEdit: boolean
}

export type Change =
  | { kind: 'none'; /** Nothing was ever sent, but the record holds it all: remember that. */ adopt: boolean }
  | { kind: 'create'; changed: JsonObject }
  | { kind: 'update'; changed: JsonObject }

/**
 * Compares a new outbound document with what the remote record holds: nothing, a create, or an update of only the
 * members that differ. A member that left the document is sent as null.
 */
export function compareDocument(document: JsonObject, remote: RemoteView | undefined): Change {
  if (remote === undefined) return { kind: 'create', changed: document }
  if (remote.lostEdit) return { kind: 'update', changed: document }
  const changed =
    remote.sent === undefined ? differenceFromVendor(document, remote.vendorForm) : difference(document, remote.sent)
  if (Object.keys(changed).length > 0) return { kind: 'update', changed }
  return { kind: 'none', adopt: remote.sent === undefined }
}

function difference(document: JsonObject, sent: JsonObject): JsonObject {
  const changed: JsonObject = {}
  for (const [name, value] of Object.entries(document)) if (!jsonEqual(value, sent[name])) changed[name] = value
  for (const name of Object.keys(sent)) if (!Object.hasOwn(document, name)) changed[name] = null
  return changed
}

/** Where the vendor shows the same member with the same value there is nothing to write; nulls over nothing neither. */
function differenceFromVendor(document: JsonObject, vendorForm: JsonObject | undefined): JsonObject {
  if (vendorForm === undefined) return document
  const changed: JsonObject = {}
  for (const [name, value] of Object.entries(document)) {
    const shown = vendorForm[name]
    const empty = shown === undefined || shown === null || shown === '' || shown === false
    if (!jsonEqual(value, shown) && !(value === null && empty)) changed[name] = value
  }
  return changed
}

/** A mapping's result as a document: undefined when the mapping says that there is nothing to hold. */
export function documentOf(value: Json | undefined): JsonObject | undefined | 'not_an_object' {
  if (value === undefined || value === null) return undefined
  return isJsonObject(value) ? value : 'not_an_object'
}
