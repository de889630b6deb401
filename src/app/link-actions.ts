import type { ConsoleActions } from '#console/actions/actions.ts'
import { linkMembers, makeLive, startLoading } from '#deliver/link/link.ts'
import { readLinkPlan } from '#deliver/link/plan.ts'
import { readProgress } from '#deliver/link/progress.ts'
import { releaseLinked } from '#deliver/link/release.ts'
import type { Member } from '#deliver/link/review.ts'
import { readWouldWrite } from '#deliver/link/samples.ts'
import type { HubParts } from './hub.ts'

/** First link, as the console and the command line ask for it. */
export function createLinkActions(parts: HubParts): Pick<ConsoleActions, 'linkStart' | 'linkPlan' | 'linkApply'> {
  const { database } = parts
  return {
    linkStart: (system, object) => startLoading(parts, system, object),
    async linkPlan(system, object) {
      const members = linkMembers(parts.config)
      const own = members.filter(member => member.system === system && (object ?? member.object) === member.object)
      const groups = new Set(own.map(member => member.group))
      const progress = await readProgress(
        database.kysely,
        members.filter(member => groups.has(member.group)),
      )
      return await Promise.all(
        progress.map(async row => {
          const asked = row.system === system && (object ?? row.object) === row.object
          return { ...row, plan: asked && row.state === 'review' ? await planOf(parts, row) : null }
        }),
      )
    },
    async linkApply(system, object, by) {
      const live = await makeLive(database, system, object, by)
      // The first step now, the rest by the recurring work of a worker.
      if (live.length > 0) parts.wakes.wake('deliver', await releaseLinked(database))
      return live
    },
  }
}

/** The plan of one object, its samples with the values that would be written. */
async function planOf(parts: HubParts, member: Member) {
  const plan = await readLinkPlan(parts.database.kysely, member)
  const { change, create } = plan.samples
  const ids = [...change, ...create].map(({ goldenId }) => goldenId)
  const values = await readWouldWrite(parts, member, ids)
  const withValues = <T extends { goldenId: string }>(row: T) => {
    const { content, vendorForm } = values.get(row.goldenId) ?? { content: undefined, vendorForm: undefined }
    return { ...row, content: content ?? null, vendorForm: vendorForm ?? null }
  }
  return { ...plan, samples: { ...plan.samples, change: change.map(withValues), create: create.map(withValues) } }
}
