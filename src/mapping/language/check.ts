import type { Json } from '#model/json.ts'
import { lineAndColumn } from '../engine/failure.ts'
import { compileMapping, functionSignatures, MappingSyntaxError } from '../mapping.ts'
import type { Tables } from '../tables.ts'
import { analyse } from './flow/analysis.ts'
import { type Finding, makeFindings } from './flow/finding.ts'
import { readWritten } from './format/syntax.ts'
import { type FieldLineage, lineageOf } from './lineage.ts'
import { slipAt, slipText } from './slips.ts'
import { checkInbound, checkOutbound, entitySchema } from './target.ts'

/** What a mapping is checked against. */
export interface MappingSide {
  readonly kind: 'inbound' | 'outbound'
  /** JSON Schema of the vendor's form, for an inbound mapping; without it its fields are not checked. */
  readonly schema?: Json | undefined
  /** The schema was made of samples: what differs from it need not be wrong. */
  readonly isSampled?: boolean
  /** The entity of the golden records that an outbound mapping is given; without it their fields are not checked. */
  readonly entity?: string | undefined
  /** The objects of each system of the hub, which `$xref` may name; without them these names are not checked. */
  readonly systems?: Readonly<Record<string, readonly string[]>> | undefined
}

/** A finding with its place, line and column from 1. */
export interface PlacedFinding extends Finding {
  /** Behind the last character of what it is about, where that is known. */
  readonly end?: number
  readonly line?: number
  readonly column?: number
}

export interface MappingCheck {
  readonly findings: readonly PlacedFinding[]
  readonly lineage: readonly FieldLineage[]
}

const hubVariables = ['system', 'object', 'remoteId', 'defaultCountry']

/** Variables of a run by name: docs/mapping.md, "What a mapping sees". */
export const variablesOf: Readonly<Record<MappingSide['kind'], readonly string[]>> = {
  inbound: [...hubVariables, 'type', 'occurredAt', 'receivedAt'],
  outbound: [...hubVariables, 'id', 'entity', 'version', 'links'],
}

/** Finds mistakes in a mapping without running it, and tells where each field of its target comes from. */
export function checkMapping(source: string, side: MappingSide, tables?: Tables): MappingCheck {
  const broken = syntaxFinding(source, tables)
  if (broken !== undefined) return { findings: [broken], lineage: [] }
  const all = makeFindings(side.isSampled === true ? 'warning' : 'error')
  const result = analyse(source, {
    schema: sourceSchemaOf(side),
    variables: variablesOf[side.kind],
    functions: functionSignatures,
    lookups: { tables, systems: side.systems },
    findings: all,
  })
  if (side.kind === 'inbound') checkInbound(result, all)
  else checkOutbound(result, all)
  const { starts } = readWritten(source)
  return { findings: all.list().map(finding => placed(source, finding, starts)), lineage: lineageOf(result) }
}

/** JSON Schema of what the mapping is given, where it is known. */
export function sourceSchemaOf({ kind, schema, entity }: MappingSide): Json | undefined {
  if (kind === 'inbound') return schema
  return entity === undefined ? undefined : entitySchema(entity)
}

/** The parser's places are the ends of tokens; a person looks for their beginnings. */
function placed(source: string, finding: Finding, starts: ReadonlyMap<number, number>): PlacedFinding {
  if (finding.position === undefined) return finding
  const position = starts.get(finding.position)
  const place = position === undefined ? { position: finding.position } : { position, end: finding.position }
  return { ...finding, ...place, ...lineAndColumn(source, place.position) }
}

function syntaxFinding(source: string, tables: Tables | undefined): PlacedFinding | undefined {
  try {
    compileMapping('draft', source, tables === undefined ? {} : { tables })
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof MappingSyntaxError)) throw thrown
    const { params, ...found } = thrown.explained()
    const slip = slipAt(source, thrown)
    if (slip !== undefined) {
      const { reason, params: slipped, position } = slip
      const place = { position, ...lineAndColumn(source, position) }
      return { code: 'syntax', reason, params: slipped, level: 'error', message: slipText(slip), ...place }
    }
    return { ...found, code: 'syntax', reason: found.code, params: params ?? {}, level: 'error' }
  }
}
