import type { HubConfig } from '#config/config.ts'
import type { Db } from '#store/database.ts'
import { unstoredAlert } from '../rows.ts'
import { tell } from '../channels/tell.ts'
import type { Describe } from '../describe.ts'
import { messageOf } from './message.ts'
import { storeChannelAnswer } from './rows.ts'

export interface ChannelTested {
  channel: string
  type: string
  ok: boolean
  /** Why not. */
  message: string | null
}

/**
 * Sends a notice that says it is a test through one channel, or through each at once. It looks like one of its first team.
 * Undefined: there is no channel of this name.
 */
export async function testChannels(
  parts: { db: Db; config: HubConfig; describe: Describe; nowMs: () => number; newId: () => string },
  name: string | undefined,
): Promise<ChannelTested[] | undefined> {
  const { db, config, describe, nowMs, newId } = parts
  const channels = Object.values(config.alerts.channels).filter(channel => name === undefined || channel.name === name)
  if (name !== undefined && channels.length === 0) return undefined
  const teams = Object.entries(config.alerts.teams)
  return await Promise.all(
    channels.map(async channel => {
      const [team, { language, timeZone }] = teams.find(([, { channels: own, pageChannels = [], escalate }]) =>
        [...own, ...pageChannels, ...escalate.flatMap(step => step.channels)].includes(channel.name),
      ) ?? [config.alerts.defaultTeam ?? '', config.alerts]
      const id = newId()
      // Nothing is wrong.
      const alert = unstoredAlert({
        id,
        name: 'Test',
        severity: 'ticket',
        team,
        value: 0,
        detail: {},
        since: new Date(nowMs()),
      })
      const message = messageOf({ id, kind: 'test' }, [alert], {
        describe,
        language,
        timeZone,
        teamTitle: config.teams[team]?.title ?? team,
        nowMs: nowMs(),
        acknowledgeUrl: undefined,
      })
      const { allowPrivateAddresses } = config.hub
      const told = await tell(message, channel, config.teams[team]?.email, { allowPrivateAddresses, nowMs })
      await storeChannelAnswer(db, channel.name, told, nowMs())
      return { channel: channel.name, type: channel.type, ok: told.ok, message: told.ok ? null : told.message }
    }),
  )
}
