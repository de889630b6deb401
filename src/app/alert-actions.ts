import { conditionsOf } from '#alerts/conditions/all.ts'
import { createDescribe } from '#alerts/describe.ts'
import { readAcknowledgeToken } from '#alerts/notices/link.ts'
import { readAlertsOf, readNotice } from '#alerts/notices/rows.ts'
import { testChannels } from '#alerts/notices/test.ts'
import { isSilenced, readAlert, readAlerts, readNoticesOf, readSilences, type SilenceRow } from '#alerts/read.ts'
import { type AlertRow, storeAcknowledged } from '#alerts/rows.ts'
import { createSigner } from '#config/signer.ts'
import type { AlertActions } from '#console/actions/alerts.ts'
import type { HubParts } from './hub.ts'

/** The hub's own alerts, as the console and the command line ask for them. */
export function createAlertActions({ database, config, nowMs, ids, key }: HubParts): AlertActions {
  const db = database.kysely
  const describe = createDescribe(config, conditionsOf(config))
  const signer = createSigner(key)

  function shapeOf(row: AlertRow, language: 'en' | 'zh', silences: readonly SilenceRow[]) {
    const { what, cure, command, runbook } = describe(row, language)
    const { id, name, severity, state, system, object, team, value, customers } = row
    return {
      id,
      name,
      severity,
      state,
      system,
      object,
      team,
      what,
      cure,
      command,
      runbook,
      value,
      customers,
      since: row.since.toISOString(),
      raisedAt: row.raised_at.toISOString(),
      acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
      acknowledgedBy: row.acknowledged_by,
      resolvedAt: row.resolved_at?.toISOString() ?? null,
      toldTo: row.told_to,
      silenced: isSilenced(row, silences),
    }
  }

  return {
    async listAlerts({ language = config.alerts.language, ...query }) {
      const silences = await readSilences(db, nowMs())
      return (await readAlerts(db, query)).map(row => shapeOf(row, language, silences))
    },
    async readAlert(id, language = config.alerts.language) {
      const row = await readAlert(db, id)
      if (row === undefined) return undefined
      const notices = await readNoticesOf(db, id)
      return {
        ...shapeOf(row, language, await readSilences(db, nowMs())),
        notices: notices.map(({ kind, team, channel, state, tries, error, sent_at: sentAt, made_at: madeAt }) => ({
          kind,
          team,
          channel,
          state,
          tries,
          error,
          at: (sentAt ?? madeAt).toISOString(),
        })),
      }
    },
    acknowledgeAlert: (id, by) => storeAcknowledged(database, id, by, nowMs()),
    async readLink(token) {
      const link = readAcknowledgeToken(signer, token, nowMs())
      const notice = link && (await readNotice(db, link.noticeId))
      if (notice === undefined) return undefined
      const { language } = config.alerts.teams[notice.team] ?? config.alerts
      const silences = await readSilences(db, nowMs())
      const alerts = (await readAlertsOf(db, notice)).map(row => shapeOf(row, language, silences))
      return { language, team: config.teams[notice.team]?.title ?? notice.team, alerts }
    },
    async acknowledgeLink(token) {
      const link = readAcknowledgeToken(signer, token, nowMs())
      const notice = link && (await readNotice(db, link.noticeId))
      let count = 0
      for (const id of notice?.alerts ?? [])
        if (await storeAcknowledged(database, id, `link to ${notice?.team ?? ''}`, nowMs())) count += 1
      return count
    },
    testChannels: name => testChannels({ db, config, describe, nowMs, newId: () => ids.uuid() }, name),
    listSilences: async () => (await readSilences(db, nowMs())).map(silenceShape),
    async silenceAlerts({ name = null, system = null, object = null, team = null, endsAt, why }, by) {
      const row = {
        id: ids.uuid(),
        name,
        system,
        object,
        team,
        why,
        made_by: by,
        ends_at: new Date(endsAt),
        made_at: new Date(nowMs()),
      }
      await db.insertInto('alert_silence').values(row).execute()
      return silenceShape(row)
    },
    async endSilence(id) {
      const now = new Date(nowMs())
      const { numUpdatedRows } = await db
        .updateTable('alert_silence')
        .set({ ends_at: now })
        .where('id', '=', id)
        .where('ends_at', '>', now)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
  }
}

function silenceShape({ id, name, system, object, team, ends_at: endsAt, why, made_by: by, made_at: at }: SilenceRow) {
  return { id, name, system, object, team, why, by, endsAt: endsAt.toISOString(), at: at.toISOString() }
}
