import { isJsonObject } from '#model/json.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { problem, refused } from '../../problem.ts'

type Acts =
  | 'setSteward'
  | 'releaseSteward'
  | 'mergeGoldenRecords'
  | 'undoMerge'
  | 'sayNever'
  | 'liftNever'
  | 'choosePrimary'
  | 'mergeDuplicate'
  | 'decideReview'

/** Acts of stewards on customers; each is audited with the act itself. */
export function createCustomerActHandlers({ actions, db }: ConsoleParts): Pick<Handlers, Acts> {
  return {
    async setSteward({ path, body, actor }) {
      const fields = isJsonObject(body.fields) ? body.fields : {}
      const done = await actions.stewardSet({ goldenId: path.id, fields, by: actor.name })
      return done.ok ? { fields: done.set } : refused(done)
    },
    async releaseSteward({ path, body: { fields }, actor }) {
      const named = fields === undefined ? {} : { fields }
      const done = await actions.stewardRelease({ goldenId: path.id, ...named, by: actor.name })
      return done.ok ? { fields: done.released } : refused(done)
    },
    async mergeGoldenRecords({ path, body: { loserId, dryRun = true }, actor }) {
      const done = await actions.mergeCustomers({ winnerId: path.id, loserId, dryRun, by: actor.name })
      if (!done.ok) return refused(done)
      const { mergeId } = done
      return { dryRun, preview: done.preview, ...(mergeId !== undefined && { mergeId }) }
    },
    async undoMerge({ path, actor }) {
      const done = await actions.unmerge({ mergeId: path.id, by: actor.name })
      if (!done.ok) return refused(done)
      return { goldenId: done.goldenId, fromId: done.fromId, remoteRecords: done.remoteRecords }
    },
    async sayNever({ path, body, actor }) {
      const done = await actions.neverTheSame({ leftId: path.id, rightId: body.otherId, by: actor.name })
      return done.ok ? { done: true } : refused(done)
    },
    async liftNever({ path, body, actor }) {
      const done = await actions.liftNever({ leftId: path.id, rightId: body.otherId, by: actor.name })
      return done.ok ? { done: true } : refused(done)
    },
    async choosePrimary({ path, body, actor }) {
      const known = await db
        .selectFrom('remote_record')
        .select('golden_id')
        .where('system', '=', body.system)
        .where('object', '=', body.object)
        .where('remote_id', '=', body.remoteId)
        .executeTakeFirst()
      if (known?.golden_id !== path.id) return problem('not_linked', { ...body, id: path.id })
      const done = await actions.choosePrimary({ ...body, by: actor.name })
      return done.ok ? { done: true } : refused(done)
    },
    async mergeDuplicate({ body, actor }) {
      const done = await actions.mergeDuplicate({ ...body, dryRun: body.dryRun ?? true, by: actor.name })
      if (!done.ok) return refused(done)
      const { dryRun, preview, remoteId } = done
      return { dryRun, preview, ...(remoteId !== undefined && { remoteId }) }
    },
    async decideReview({ path, body, actor }) {
      const done = await actions.decideReview({ reviewId: path.id, verdict: body.verdict, by: actor.name })
      if (!done.ok) return refused(done)
      return { done: true, ...(done.mergeId !== undefined && { mergeId: done.mergeId }) }
    },
  }
}
