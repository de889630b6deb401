import { configChanges } from '#config/changes.ts'
import { isJsonObject } from '#model/json.ts'
import { readPage } from '../paging.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../handler.ts'

const REVISIONS_SHOWN = 20

export function createConfigHandlers(parts: ConsoleParts): Pick<Handlers, 'getConfig' | 'checkConfig' | 'listAudit'> {
  const { db, signer } = parts
  const newest = () =>
    db.selectFrom('config_revision').selectAll().orderBy('number', 'desc').limit(REVISIONS_SHOWN).execute()
  return {
    async getConfig() {
      const revisions = await newest()
      return {
        file: parts.configFile,
        hash: parts.hash,
        applied: revisions[0]?.hash === parts.hash,
        content: parts.raw,
        revisions: revisions.map(row => ({
          number: row.number,
          hash: row.hash,
          appliedBy: row.applied_by,
          appliedAt: row.applied_at.toISOString(),
        })),
      }
    },

    async checkConfig() {
      const [file, [applied], credentials] = [parts.checkFile(), await newest(), await checkCredentials(parts)]
      return {
        ok: file.ok && credentials.every(({ result }) => result !== 'failed'),
        problems: [...file.problems],
        warnings: [...file.warnings],
        changes: file.raw ? configChanges(isJsonObject(applied?.content) ? applied.content : {}, file.raw) : [],
        credentials,
      }
    },

    async listAudit({ query }) {
      return await readPage(signer, {
        name: 'audit',
        query,
        async read(limit, after) {
          let rows = db.selectFrom('audit').selectAll()
          if (after) rows = rows.where('id', '<', String(after[0]))
          return await rows.orderBy('id', 'desc').limit(limit).execute()
        },
        key: row => [row.id],
        item: row => ({
          id: row.id,
          at: row.at.toISOString(),
          actor: row.actor,
          action: row.action,
          target: row.target,
          detail: row.detail,
        }),
      })
    },
  }
}

/** A harmless call per system, all at once. */
function checkCredentials({ config, actions }: ConsoleParts): Promise<ReplyOf<'checkConfig'>['credentials']> {
  return Promise.all(
    Object.keys(config.systems).map(async system => {
      const result = await actions.checkSystem(system)
      if (!result) return { system, result: 'unchecked' as const, message: 'its connector has no harmless call' }
      return { system, result: result.ok ? ('passed' as const) : ('failed' as const), message: result.message }
    }),
  )
}
