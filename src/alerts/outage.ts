import type { HubConfig } from '#config/config.ts'
import type { Log } from '#observe/log.ts'
import type { Ids } from '#model/ids.ts'
import { tell } from './channels/tell.ts'
import type { Describe } from './describe.ts'
import { messageOf } from './notices/message.ts'
import { type AlertRow, unstoredAlert } from './rows.ts'

/** PostgreSQL starts again, or another one takes over, within less. */
const TOLD_AFTER_MS = 60_000

export interface Outage {
  /** A look failed; `isWatcher`: this process was the one that looked. */
  failed(nowMs: number, isWatcher: boolean): Promise<void>
  /** A look succeeded. */
  ended(nowMs: number): Promise<void>
}

interface OutageParts {
  config: HubConfig
  describe: Describe
  ids: Ids
  log: Log
}

/**
 * The one trouble that no row can tell of: the database does not answer. The process that looked last tells the default
 * team, from memory, once, and that it is over. After a restart in between nobody is told of the end.
 */
export function createOutage({ config, describe, ids, log }: OutageParts): Outage {
  let failingSinceMs: number | undefined
  let told: AlertRow | undefined

  async function say(kind: 'firing' | 'resolved', alert: AlertRow, nowMs: number): Promise<void> {
    const { teams, defaultTeam = '', channels } = config.alerts
    const team = teams[defaultTeam]
    const names = team?.pageChannels ?? team?.channels ?? []
    const message = messageOf({ id: ids.uuid(), kind }, [alert], {
      describe,
      language: team?.language ?? config.alerts.language,
      timeZone: team?.timeZone ?? config.alerts.timeZone,
      teamTitle: config.teams[defaultTeam]?.title ?? defaultTeam,
      nowMs,
      acknowledgeUrl: undefined,
    })
    const { allowPrivateAddresses } = config.hub
    for (const name of names) {
      const channel = channels[name]
      if (channel === undefined) continue
      const sent = await tell(message, channel, config.teams[defaultTeam]?.email, {
        allowPrivateAddresses,
        nowMs: () => nowMs,
      })
      if (sent.ok) return
      log.warn({ unit: 'alerts', channel: name, reason: sent.message }, 'a channel did not take a notice')
    }
  }

  return {
    async failed(nowMs, isWatcher) {
      failingSinceMs ??= nowMs
      if (!isWatcher || told !== undefined || nowMs - failingSinceMs < TOLD_AFTER_MS) return
      told = unstoredAlert({
        id: ids.uuid(),
        name: 'DatabaseSlow',
        severity: 'page',
        team: config.alerts.defaultTeam ?? null,
        value: nowMs - failingSinceMs,
        detail: { isDown: true },
        since: new Date(failingSinceMs),
      })
      await say('firing', told, nowMs)
    },
    async ended(nowMs) {
      failingSinceMs = undefined
      const over = told
      told = undefined
      if (over !== undefined) await say('resolved', { ...over, state: 'resolved', resolved_at: new Date(nowMs) }, nowMs)
    },
  }
}
