import type { HubConfig } from '#config/config.ts'
import type { Db } from '#store/database.ts'
import type { AlertRow } from '../rows.ts'
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
      const message = messageOf({ id, kind: 'test' }, [testAlert(id, team, nowMs())], {
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

/** Nothing is wrong: the alert that a test tells of is stored nowhere. */
function testAlert(id: string, team: string, nowMs: number): AlertRow {
  const now = new Date(nowMs)
  return {
    id,
    name: 'Test',
    severity: 'ticket',
    system: null,
    object: null,
    team,
    state: 'firing',
    value: 0,
    customers: null,
    detail: {},
    since: now,
    raised_at: now,
    seen_at: now,
    acknowledged_at: null,
    acknowledged_by: null,
    resolved_at: null,
    told_at: now,
    told_to: [],
    escalations: 0,
    ack_told: false,
    end_told: false,
  }
}
