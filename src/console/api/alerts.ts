import { audit } from '../audit.ts'
import { readPage } from '../paging.ts'
import type { ConsoleParts, Handlers } from '../handler.ts'
import { problem } from '../problem.ts'

/** The hub's own alerts: what is wrong, who has taken it, what is not to be told. */
export function createAlertHandlers(
  parts: ConsoleParts,
): Pick<
  Handlers,
  'listAlerts' | 'getAlert' | 'acknowledgeAlert' | 'testAlertChannels' | 'listSilences' | 'silenceAlerts' | 'endSilence'
> {
  const { db, actions, signer, uuid } = parts
  return {
    async listAlerts({ query }) {
      return await readPage(signer, {
        name: 'alerts',
        query,
        read: async (limit, after) =>
          await actions.listAlerts({ ...query, ...(after && { before: String(after[0]) }), limit }),
        key: row => [row.id],
        item: row => row,
      })
    },

    async getAlert({ path, query }) {
      return (await actions.readAlert(path.id, query.language)) ?? problem('alert_unknown', { id: path.id })
    },

    async acknowledgeAlert({ path, actor }) {
      const found = await actions.readAlert(path.id, undefined)
      if (found === undefined) return problem('alert_unknown', { id: path.id })
      if (!(await actions.acknowledgeAlert(path.id, actor.name)))
        return problem('alert_not_firing', { state: found.state })
      await audit(db, {
        id: uuid(),
        actor: actor.name,
        action: 'alert.acknowledge',
        target: path.id,
        detail: { name: found.name },
      })
      return (await actions.readAlert(path.id, undefined)) ?? found
    },

    async testAlertChannels({ body: { channel }, actor }) {
      const items = await actions.testChannels(channel)
      if (items === undefined) return problem('channel_unknown', { name: channel ?? '' })
      await audit(db, {
        id: uuid(),
        actor: actor.name,
        action: 'alert.test',
        target: channel ?? 'all',
        detail: { failed: items.filter(({ ok }) => !ok).length },
      })
      return { items }
    },

    listSilences: async () => ({ items: await actions.listSilences() }),

    async silenceAlerts({ body, actor }) {
      const { endsAt, name, system, object, team } = body
      if (Date.parse(endsAt) <= parts.nowMs())
        return problem('silence_ended', {}, [{ path: '/body/endsAt', message: 'must be in the future' }])
      if ([name, system, object, team].every(part => part === undefined)) return problem('silence_of_everything', {})
      const silence = await actions.silenceAlerts(body, actor.name)
      const { id, ...what } = silence
      await audit(db, { id: uuid(), actor: actor.name, action: 'alert.silence', target: id, detail: what })
      return silence
    },

    async endSilence({ path, actor }) {
      if (!(await actions.endSilence(path.id))) return problem('silence_unknown', { id: path.id })
      await audit(db, { id: uuid(), actor: actor.name, action: 'alert.silence.end', target: path.id })
      return { items: await actions.listSilences() }
    },
  }
}
