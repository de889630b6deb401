import type { Entity } from '#model/entities.ts'
import { entityModel, type FieldModel } from '#model/fields.ts'
import type { JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import { assertedOf } from '#rules/statement/element-slots.ts'
import { seenAtMs, type SourceFields } from '#rules/statement/source-field.ts'
import { isEmpty, isValidValue } from '#rules/survivorship/value-validity.ts'

/** A source record of the sample, and the golden record that it belongs to. */
export interface SampledRecord {
  system: string
  object: string
  entity: Entity
  fields: SourceFields
  golden: JsonObject
  /** Other records tell of this customer too. */
  hasOthers: boolean
}

/** What was counted of one field of the records of one object. */
export interface FieldQuality {
  system: string
  object: string
  entity: Entity
  field: string
  records: number
  stated: number
  judged: number
  valid: number
  compared: number
  conflicting: number
  ageDays: number
}

const DAY_MS = 86_400_000

/** Counts a sample field by field: pure. */
export function createQualityCount(context: { defaultCountry: string; nowMs: number }) {
  const objects = new Map<string, { of: SampledRecord; records: number; fields: Map<string, Counted> }>()

  function add(record: SampledRecord): void {
    const place = `${record.system}\n${record.object}\n${record.entity}`
    const known = objects.get(place) ?? { of: record, records: 0, fields: new Map<string, Counted>() }
    objects.set(place, known)
    known.records += 1
    for (const [name, field] of Object.entries(record.fields)) {
      const model = entityModel(record.entity).fields.get(name)
      const said = model && assertedOf(model, field)
      if (model === undefined || said === undefined || isEmpty(said.v)) continue
      const counted = known.fields.get(name) ?? {
        stated: 0,
        judged: 0,
        valid: 0,
        compared: 0,
        conflicting: 0,
        ages: [],
      }
      known.fields.set(name, counted)
      counted.stated += 1
      counted.ages.push(Math.max(0, context.nowMs - seenAtMs(said)) / DAY_MS)
      const valid = isValidValue(model, said.v, context)
      if (valid !== undefined) counted.judged += 1
      if (valid === true) counted.valid += 1
      if (!record.hasOthers || !isOneValue(model)) continue
      counted.compared += 1
      if (!jsonEqual(record.golden[name], said.v)) counted.conflicting += 1
    }
  }

  function results(): FieldQuality[] {
    return [...objects.values()].flatMap(({ of: { system, object, entity }, records, fields }) =>
      [...fields].map(([field, { ages, ...counts }]) => {
        return { system, object, entity, field, records, ...counts, ageDays: median(ages) }
      }),
    )
  }

  return { add, results }
}

interface Counted {
  stated: number
  judged: number
  valid: number
  compared: number
  conflicting: number
  ages: number[]
}

/** Lists are united, and links are written in another form: only one value can lose against another. */
function isOneValue({ survivorship, kind }: FieldModel): boolean {
  return survivorship !== 'union' && survivorship !== 'consent' && kind !== 'link'
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.trunc(values.length / 2)] ?? 0
}
