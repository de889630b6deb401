import type { Entity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { sameValue } from '#rules/comparators.ts'

export interface EchoContext {
  entity: Entity
  /** Canonical values of our last acknowledged write to this remote record. */
  sentFields: JsonObject | undefined
  sentAtMs: number | undefined
  /** True when the report is the write's own reply: its differences are the vendor's rendering of our value. */
  reply: boolean
}

/**
 * Whether a newly reported value asserts nothing (invariant 9): it equals, under the field's comparator, what we last
 * wrote when nothing else was seen there since; or it is the rendering of our value in the write's own reply.
 * `seenAtMs` is when the value now stored for the field was stated.
 */
export function isEcho(field: string, value: Json, seenAtMs: number | undefined, context: EchoContext): boolean {
  const { sentFields, sentAtMs } = context
  if (sentFields === undefined || sentAtMs === undefined) return false
  const sent = sentFields[field]
  if (sent === undefined) return false
  if (context.reply) return true
  const model = entityModel(context.entity).fields.get(field)
  if (model === undefined) return false
  return (seenAtMs === undefined || seenAtMs <= sentAtMs) && sameValue(model, value, sent)
}
