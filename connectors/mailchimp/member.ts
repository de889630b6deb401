import { createHash } from 'node:crypto'
import type { PushItem, RemoteState } from '#connector/kit.ts'
import { asText, asTimeMs } from '#connector/value-path.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { Settings } from './settings.ts'

/** The id of a member: MD5 in hex of the address in lower case. Another address is another id. */
export function subscriberHash(email: string): string {
  return createHash('md5').update(email.toLowerCase()).digest('hex')
}

/** The id that an item has by its address; undefined when its content has none. */
export function hashOf({ content }: Pick<PushItem, 'content'>): string | undefined {
  const email = asText(content['email_address'])
  return email === undefined ? undefined : subscriberHash(email)
}

/** What is written of a member: all but tags, which have an address of their own, with our id where the audience keeps it. */
export function memberFields(content: JsonObject, item: PushItem, { externalIdTag }: Settings): JsonObject {
  const { tags: _, ...fields } = content
  if (externalIdTag === undefined) return fields
  const given = isJsonObject(fields['merge_fields']) ? fields['merge_fields'] : {}
  return { ...fields, merge_fields: { ...given, [externalIdTag]: item.externalId } }
}

/** A member as the API shows it; undefined when there is no id. Archived ones count as deleted. */
export function remoteState(member: Json | undefined): (RemoteState & { state: JsonObject }) | undefined {
  if (!isJsonObject(member)) return undefined
  const remoteId = asText(member['id'])
  if (remoteId === undefined) return undefined
  const modifiedAtMs = asTimeMs(member['last_changed'])
  return {
    remoteId,
    state: member,
    ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
    ...(member['status'] === 'archived' ? { deleted: true } : {}),
  }
}
