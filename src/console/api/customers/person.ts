import { lockAlone } from '#store/customers/suppression.ts'
import { audit } from '../../audit.ts'
import type { ConsoleParts, Handlers } from '../../handler.ts'
import { erasePerson } from '../../person/erase.ts'
import { countScope, readPersonScope } from '../../person/scope.ts'
import { isProblem, problem } from '../../problem.ts'
import { readAttempts } from '../flow/attempts.ts'
import { readEvent } from '../flow/events.ts'
import { readGoldenDetail } from './golden-detail.ts'
import { requestShape } from '../flow/requests.ts'
import { makeConfirm, readConfirm } from '../selection.ts'

/** A data subject's requests: everything about one person, and its erasure inside the hub. */
export function createPersonHandlers(parts: ConsoleParts): Pick<Handlers, 'exportPerson' | 'erasePerson'> {
  const { db, signer, nowMs } = parts
  const noPerson = (id: string) => problem('person_unknown', { id })
  return {
    async exportPerson({ path, actor }) {
      const [scope, record] = await Promise.all([readPersonScope(db, path.id), readGoldenDetail(parts, path.id)])
      if (!scope || !record) return noPerson(path.id)
      const events = await Promise.all(scope.eventIds.map(id => readEvent(parts, id)))
      const requests = await db
        .selectFrom('request')
        .selectAll()
        .where('id', 'in', [...scope.requestIds])
        .execute()
      await audit(db, {
        id: parts.uuid(),
        actor: actor.name,
        action: 'person.export',
        target: path.id,
        detail: countScope(scope),
      })
      return {
        exportedAt: new Date(nowMs()).toISOString(),
        record,
        keys: scope.keys.map(key => ({ ...key })),
        events: events.filter(event => event !== undefined),
        requests: requests.map(row => requestShape({ ...row, body_bytes: row.body.length })),
        attempts: await readAttempts(parts, scope.attemptIds),
      }
    },

    async erasePerson({ path, body, actor }) {
      const { reason, dryRun = true, confirm } = body
      const lookedAtMs = nowMs()
      const scope = await readPersonScope(db, path.id)
      if (!scope) return noPerson(path.id)
      const counts = countScope(scope)
      if (dryRun) {
        const text = makeConfirm(signer, 'erase', { id: path.id }, { count: 1, untilId: undefined }, nowMs())
        return { dryRun, counts, confirm: text }
      }
      const confirmed = readConfirm(signer, 'erase', { id: path.id }, confirm, nowMs())
      if (isProblem(confirmed)) return confirmed
      const proof = parts.uuid()
      const done = await db.transaction().execute(async tx => {
        await lockAlone(tx)
        await tx
          .selectFrom('golden_record')
          .select('id')
          .where('id', 'in', [...scope.goldenIds])
          .orderBy('id')
          .forUpdate()
          .execute()
        // What arrived between the first look and the lock belongs to the person too.
        const locked = await readPersonScope(tx, path.id, { attemptIds: scope.attemptIds, atMs: lookedAtMs })
        if (!locked) return undefined
        await erasePerson(tx, locked, parts.key, reason)
        const detail = { ...countScope(locked), reason }
        await audit(tx, { id: proof, actor: actor.name, action: 'person.erase', target: path.id, detail })
        return countScope(locked)
      })
      return done ? { dryRun, counts: done, proof } : noPerson(path.id)
    },
  }
}
