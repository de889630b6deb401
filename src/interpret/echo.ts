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
 * wrote when nothing else was seen there since; or it is the rendering of our value in the write's own reply. A reply
 * shows the whole record: where we had seen our value there already, the write changed nothing, and a difference is an
 * edit that its webhook has not told us yet. `seen` is the value now stored for the field and when it was stated.
 */
export function isEcho(
  field: string,
  value: Json,
  seen: { v: Json; t: number } | undefined,
  context: EchoContext,
): boolean {
  const { sentFields, sentAtMs } = context
  if (sentFields === undefined || sentAtMs === undefined) return false
  const sent = sentFields[field]
  const model = entityModel(context.entity).fields.get(field)
  if (sent === undefined || model === undefined) return false
  if (context.reply) return seen === undefined || !sameValue(model, seen.v, sent)
  return (seen === undefined || seen.t <= sentAtMs) && sameValue(model, value, sent)
}
