import type { Fact } from '#connector/inbound/preset.ts'
import { asText, asTimeMs } from '#connector/value-path.ts'
import { isJsonObject, type Json } from '#model/json.ts'

const NAMES: Readonly<Record<Fact, RegExp>> = {
  type: /^(event|type|topic|action|eventtype|event_type|event_name|eventname|trigger)$/i,
  object: /^(object|object_type|resource|resource_type|entity|module|model)$/i,
  id: /(^|_)id$|[a-z]I[dD]$|^(uuid|guid|uri|token|key|number|email)$/i,
  eventId: /^(event_?id|notification_?id|delivery_?id|message_?id|uuid|guid)$/i,
  time: /time|date|_at$|[a-z]At$|^ts(_|$)|^at$/i,
}

const DEPTH_MAX = 3

/** The path of a member that looks like a fact of an event, judged by its name alone; undefined when there is none. */
export function resembles(fact: Fact, value: Json, path = '', depth = 0): string | undefined {
  if (Array.isArray(value)) return resembles(fact, Object.fromEntries(value.entries()), path, depth)
  if (!isJsonObject(value) || depth > DEPTH_MAX) return undefined
  for (const [name, member] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`
    const isPlausible = fact === 'time' ? asTimeMs(member) !== undefined : asText(member) !== undefined
    if (NAMES[fact].test(name) && isPlausible) return at
    const inner = resembles(fact, member, at, depth + 1)
    if (inner !== undefined) return inner
  }
  return undefined
}
