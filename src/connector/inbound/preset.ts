import type { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { Evidence, PresetSummary } from '../kit.ts'
import type { inboundSettings } from './settings.ts'

/** A fact of an event that a preset says where to find. */
export type Fact = 'type' | 'object' | 'id' | 'eventId' | 'time'

/** How one provider's webhooks are verified and read: settings, ready to use, and what is known of them. */
export interface Preset extends PresetSummary, Evidence {
  /** Settings of the receiving side; what an operator sets beside `preset` is laid over them. */
  inbound: z.input<typeof inboundSettings>
  /** Settings that an operator must or may add, and other steps at the provider. */
  setUp?: string
  /** Settings that an operator must add, with values as they look like. */
  example?: JsonObject
  /** Facts that this provider's bodies do not bear, and what stands for them. */
  absent?: Partial<Record<Fact, string>>
}

/** Declares a preset; the identity function that gives it its types. */
export function definePreset(preset: Preset): Preset {
  return preset
}

/** The settings of a preset with an operator's own laid over them. */
export function presetSettings(preset: Preset, own: JsonObject): Json {
  return overlay(preset.inbound as Json, own)
}

/**
 * Objects are laid over member by member, all else replaces. An authentication of another scheme, or another form of
 * encryption, replaces the whole. Names of the operator come first: the first pattern of `types` that fits counts.
 */
function overlay(base: Json, own: Json): Json {
  if (!isJsonObject(base) || !isJsonObject(own)) return own
  if (own['scheme'] !== undefined && own['scheme'] !== base['scheme']) return own
  const names = [...new Set([...Object.keys(own), ...Object.keys(base)])]
  const members = names.map((name): [string, Json] => {
    const over = own[name]
    const under = base[name]
    return [name, over === undefined ? (under ?? null) : under === undefined ? over : overlay(under, over)]
  })
  return Object.fromEntries(members)
}
