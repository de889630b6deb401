import type { Xref } from '#mapping/asks.ts'
import type { Mapping, MappingResult } from '#mapping/mapping.ts'
import type { Json, JsonObject } from '#model/json.ts'
import type { DueDelivery } from '../claim/claim.ts'
import { documentOf } from './document.ts'

/** What outbound mappings are given beside the record. */
export interface Outside {
  /** ISO 3166-1: the country of phones and addresses that name none. */
  defaultCountry: string
  xref: Xref
}

/** Runs the outbound mapping of a delivery over its golden fields, or over others in their place. */
export function outboundOf(delivery: DueDelivery, mapping: Mapping, { defaultCountry, xref }: Outside) {
  const env = {
    nowMs: delivery.golden.updatedAtMs,
    xref,
    variables: { ...bindings(delivery), defaultCountry },
  }
  const ownLinks = linksOf(delivery)
  return {
    run: (fields: JsonObject): MappingResult =>
      mapping.run(fields, { ...env, variables: { ...env.variables, links: ownLinks } }),
    /** Undefined where the mapping fails or gives no document. */
    documentFrom(fields: JsonObject | undefined, links: Record<string, unknown> = ownLinks): JsonObject | undefined {
      const made = fields && mapping.run(fields, { ...env, variables: { ...env.variables, links } })
      const document = made?.ok === true ? documentOf(made.value as Json | undefined) : undefined
      return document === 'not_an_object' ? undefined : document
    },
  }
}

function bindings(delivery: DueDelivery): Record<string, unknown> {
  return {
    id: delivery.goldenId,
    entity: delivery.entity,
    version: delivery.golden.version,
    remoteId: delivery.remote?.remoteId,
    system: delivery.system,
    object: delivery.object,
  }
}

/** What the golden record links to, as far as it is in the system. */
export function linksOf({ links }: DueDelivery): Record<string, unknown> {
  return Object.fromEntries(links.map(({ field, goldenId: id, remoteId, fields }) => [field, { id, remoteId, fields }]))
}
