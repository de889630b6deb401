import { sql } from 'kysely'
import { type ActResult, refusal } from '#model/act.ts'
import { choosePrimaries } from '#store/customers/primary.ts'
import { type ActParts, runAct } from './act.ts'

/** A person says which of several remote records of a customer is written; the others keep asserting. */
export async function choosePrimary(
  parts: ActParts,
  { system, object, remoteId, by }: { system: string; object: string; remoteId: string; by: string },
): Promise<ActResult<{ goldenId: string }>> {
  const target = `${system}/${object}`
  return await runAct(
    parts,
    { by, action: 'primary.choose', target },
    async ({ tx, plan, note }): Promise<ActResult<{ goldenId: string }>> => {
      const remote = await tx
        .selectFrom('remote_record')
        .select(['golden_id', 'alias_of', 'tombstone_at'])
        .where('system', '=', system)
        .where('object', '=', object)
        .where('remote_id', '=', remoteId)
        .executeTakeFirst()
      const goldenId = remote?.golden_id
      if (remote === undefined || goldenId === null || goldenId === undefined)
        return refusal('remote_unknown', { system, object, remoteId })
      if (remote.alias_of !== null)
        return refusal('remote_merged', { system, object, remoteId, mergedInto: remote.alias_of })
      if (remote.tombstone_at !== null) return refusal('remote_deleted', { system, object, remoteId })
      await sql`
      update remote_record set primary_by = case when remote_id = ${remoteId} then 'person' end
      where golden_id = ${goldenId} and system = ${system} and object = ${object}
    `.execute(tx)
      await choosePrimaries(tx, [goldenId])
      plan([goldenId])
      note({ goldenId })
      return { ok: true, goldenId }
    },
  )
}
