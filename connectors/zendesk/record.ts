import type { RemoteState } from '#connector/kit.ts'
import { listAt, textAt, timeAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { plural, type ObjectName } from './objects.ts'

/** The records of a reply's list. */
export function remoteStates(object: ObjectName, json: Json | undefined): RemoteState[] {
  return listAt(json, plural(object)).flatMap(row => remoteState(row))
}

/** A record as a remote record; none where it has no id. Deleted ones are still told, each object in a way of its own. */
export function remoteState(row: Json): RemoteState[] {
  const remoteId = textAt(row, 'id')
  if (!isJsonObject(row) || remoteId === undefined) return []
  const modifiedAtMs = timeAt(row, 'updated_at')
  const deleted = row['active'] === false || row['status'] === 'deleted' || (row['deleted_at'] ?? null) !== null
  return [
    {
      remoteId,
      state: row,
      ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
      ...(deleted ? { deleted } : {}),
    },
  ]
}
