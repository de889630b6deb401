import { parseBody } from '#connector/body/body.ts'
import type { System } from '#connector/system.ts'
import type { Xref } from '#mapping/asks.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import type { Mapping } from '#mapping/mapping.ts'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { validateRecord } from '#model/validate.ts'
import type { PendingEvent } from './rows.ts'
import { readStatements, type Statement } from './statements.ts'

/** An event after parsing, mapping and validation; nothing of it depends on what is stored. */
export type Mapped = Outcome & {
  /** The revision of the mapping that said so. */
  mappingRevision?: number
}

type Outcome =
  | {
      kind: 'statements'
      statements: readonly Statement[]
      vendorForm: JsonObject | undefined
      mappingHash: string
      notes: Json[]
    }
  | { kind: 'ignored'; reason: string; detail?: JsonObject }
  | { kind: 'dead'; reason: string; detail: JsonObject; notes?: Json[] }

export interface MapContext {
  system: System
  mappings: Pick<MappingLibrary, 'get'>
  nestingMax: number
  /** ISO 3166-1: the country of phones and addresses that name none. */
  defaultCountry: string
  /** Golden ids of remote records. */
  xref: Xref
}

/** Parses the payload, runs the inbound mapping and checks what came out against the canonical model. */
export function mapEvent(event: PendingEvent, context: MapContext): Mapped {
  if (event.kind === 'unknown') return { kind: 'ignored', reason: 'unknown_type', detail: { type: event.type } }
  const name = `${context.system.config.mappings}/${event.object}.in`
  const mapping = context.mappings.get(name)
  if (mapping === undefined)
    return {
      kind: 'ignored',
      reason: 'no_mapping',
      detail: { mapping: name, message: `There is no mapping ${name}; add mappings/${name}.jsonata and replay.` },
    }
  const outcome = mapWith(mapping, event, context)
  return mapping.revision === undefined ? outcome : { ...outcome, mappingRevision: mapping.revision }
}

function mapWith(mapping: Mapping, event: PendingEvent, context: MapContext): Outcome {
  const { name } = mapping
  const parsed = parseBody(event.body, event.contentType ?? 'application/json', { nestingMax: context.nestingMax })
  if (!parsed.ok) return { kind: 'dead', reason: 'malformed', detail: { message: parsed.message } }
  const notes: Json[] = parsed.notes.map(note => ({ ...note }))

  const atMs = event.occurredAtMs ?? event.readFromMs ?? event.receivedAtMs
  const result = mapping.run(parsed.value, {
    nowMs: atMs,
    xref: context.xref,
    variables: {
      system: event.system,
      object: event.object,
      type: event.type,
      remoteId: event.remoteId,
      occurredAt: new Date(atMs).toISOString(),
      receivedAt: new Date(event.receivedAtMs).toISOString(),
      defaultCountry: context.defaultCountry,
    },
  })
  if (!result.ok) {
    const { ok: _, ...failure } = result
    return { kind: 'dead', reason: 'mapping_failed', detail: { mapping: name, ...failure }, notes }
  }
  const read = readStatements(asJson(result.value), {
    system: event.system,
    object: event.object,
    remoteId: event.remoteId,
    atMs,
    toldAtMs: event.toldAtMs,
    // What was read back was received when it was read; its time is not after that.
    receivedAtMs: Math.max(event.receivedAtMs, event.readFromMs ?? 0, event.occurredAtMs ?? 0),
    eventId: event.id,
  })
  if (!read.ok)
    return {
      kind: 'dead',
      reason: 'mapping_shape',
      detail: { mapping: name, path: read.path, message: read.message },
      notes,
    }
  if (read.statements.length === 0) return { kind: 'ignored', reason: 'mapping_empty', detail: { mapping: name } }
  for (const statement of read.statements) {
    const valid = validateRecord(statement.entity, statement.fields)
    if (!valid.ok) {
      const issues = valid.issues.map(issue => ({ path: issue.path, message: issue.message }))
      return {
        kind: 'dead',
        reason: 'schema_violation',
        detail: { mapping: name, entity: statement.entity, issues },
        notes,
      }
    }
  }
  return {
    kind: 'statements',
    statements: read.statements,
    vendorForm: isJsonObject(parsed.value) ? parsed.value : undefined,
    mappingHash: mapping.hash,
    notes,
  }
}

/** The engine returns plain JSON values only; an undefined result stays undefined. */
function asJson(value: unknown): Json | undefined {
  return value as Json | undefined
}
