import type { RemoteState } from '#connector/kit.ts'
import { textAt, timeAt } from '#connector/reply-path.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import { modifiedProperty, type ObjectName } from './objects.ts'

/** A record of a reply as a remote record; none where it has no id. */
export function remoteState(object: ObjectName, row: Json): RemoteState[] {
  const remoteId = textAt(row, 'id')
  if (!isJsonObject(row) || remoteId === undefined) return []
  const modifiedAtMs = timeAt(row, `properties.${modifiedProperty(object)}`) ?? timeAt(row, 'updatedAt')
  return [
    {
      remoteId,
      state: row,
      ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
      ...(row['archived'] === true ? { deleted: true } : {}),
    },
  ]
}
