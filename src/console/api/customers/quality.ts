import { sql } from 'kysely'
import type { QualitySnapshotTable } from '#store/schema/operation.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'

type Report = ReplyOf<'getQuality'>
type Rates = Report['items'][number]['history'][number]

/** `day` as text: a date has no time zone. */
type SnapshotColumns = Omit<QualitySnapshotTable, 'day' | 'entity'> &
  Pick<Report['items'][number], 'entity'> &
  Pick<Rates, 'day'>

const DAYS_DEFAULT = 30

/** How good what each system says is, field by field, and how that changes. */
export function createQualityHandlers({ db, actions }: ConsoleParts): Pick<Handlers, 'getQuality' | 'measureQuality'> {
  return {
    async getQuality({ query: { system, days = DAYS_DEFAULT } }) {
      const { rows } = await sql<SnapshotColumns>`
        select to_char(day, 'YYYY-MM-DD') as day, system, object, entity, field, records, stated, judged, valid, compared, conflicting, age_days
        from quality_snapshot where day > (select max(day) from quality_snapshot) - ${days}::int and (${system ?? null}::text is null or system = ${system ?? null})
        order by system, object, entity, field, day
      `.execute(db)
      const groups = Map.groupBy(rows, row => [row.system, row.object, row.entity, row.field].join('\n'))
      const newest = rows.reduce<string | null>((day, row) => (day === null || row.day > day ? row.day : day), null)
      const items = [...groups.values()].flatMap(history => {
        const last = history.at(-1)
        // What no record states any more has no figure of the newest day.
        if (last === undefined || last.day !== newest) return []
        const { system: of, object, entity, field, records } = last
        return [{ system: of, object, entity, field, records, ...ratesOf(last), history: history.map(ratesOf) }]
      })
      return { day: newest, items }
    },
    measureQuality: () => actions.measureQuality(),
  }
}

function ratesOf({ day, records, stated, judged, valid, compared, conflicting, age_days }: SnapshotColumns): Rates {
  return {
    day,
    completeness: share(stated, records) ?? 0,
    validity: share(valid, judged),
    conflictRate: share(conflicting, compared),
    medianAgeDays: Math.round(age_days * 10) / 10,
  }
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1e4) / 1e4
}
