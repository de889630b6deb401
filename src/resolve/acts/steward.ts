import { sql } from 'kysely'
import { type ActResult, refusal } from '#model/act.ts'
import { entityModel } from '#model/fields.ts'
import type { JsonObject } from '#model/json.ts'
import { validateRecord } from '#model/validate.ts'
import { storedJson } from '#store/stored-json.ts'
import { type ActParts, findCustomers, recompute, runAct } from './act.ts'

/** A steward's values win until they are released; they are checked against the canonical model. */
export async function stewardSet(
  parts: ActParts,
  { goldenId, fields, by }: { goldenId: string; fields: JsonObject; by: string },
): Promise<ActResult<{ set: string[] }>> {
  return await runAct(parts, { by, action: 'steward.set', target: goldenId }, async act => {
    const found = await findCustomers(act, [goldenId])
    const [golden] = found.ok ? found.goldens : []
    if (!found.ok || golden === undefined) return found.ok ? refusal('golden_unknown', { id: goldenId }) : found
    const names = Object.keys(fields)
    if (names.length === 0) return refusal('fields_unnamed', {})
    const model = entityModel(golden.entity)
    const consents = names.filter(name => model.fields.get(name)?.survivorship === 'consent')
    // Held by a steward, a consent would outlast its withdrawal.
    if (consents.length > 0) return refusal('consent_by_hand', { fields: consents.join(', ') })
    const valid = validateRecord(golden.entity, fields)
    if (!valid.ok) return refusal('values_misfit', { entity: golden.entity }, valid.issues)
    const at = parts.nowMs()
    const values = Object.fromEntries(Object.entries(fields).map(([name, v]) => [name, { v, at, by }]))
    await sql`
      update golden_record set steward = coalesce(steward, '{}') || ${storedJson(values)}::jsonb where id = ${goldenId}
    `.execute(act.tx)
    await recompute(parts, act, [goldenId])
    act.note({ fields: names })
    return { ok: true, set: names }
  })
}

/** Gives fields back to survivorship: all that a steward holds, when none is named. */
export async function stewardRelease(
  parts: ActParts,
  { goldenId, fields, by }: { goldenId: string; fields?: readonly string[]; by: string },
): Promise<ActResult<{ released: string[] }>> {
  return await runAct(parts, { by, action: 'steward.release', target: goldenId }, async act => {
    const found = await findCustomers(act, [goldenId])
    if (!found.ok) return found
    const held = Object.keys(found.goldens[0]?.steward ?? {})
    const released = fields === undefined ? held : held.filter(name => fields.includes(name))
    if (released.length === 0) return refusal('fields_not_held', {})
    await sql`
      update golden_record set steward = nullif(steward - ${released}::text[], '{}') where id = ${goldenId}
    `.execute(act.tx)
    await recompute(parts, act, [goldenId])
    act.note({ fields: released })
    return { ok: true, released }
  })
}
