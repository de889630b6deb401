import type { ReplyOf } from '#console/handler.ts'
import type { AddCommand } from '../command.ts'
import { createContext } from '../context.ts'

type Item = ReplyOf<'getQuality'>['items'][number]

export const addQualityCommand: AddCommand = (program, environment) => {
  program
    .command('quality [system]')
    .description('how good what each system says is, field by field, and how that changed')
    .option('--days <number>', 'since when the trend counts', '30')
    .option('--now', 'measure now, instead of waiting for the day’s own time')
    .action(async (system: string | undefined, { days, now }: { days: string; now?: boolean }, command) => {
      const { connect, out } = createContext(command, environment)
      const client = connect()
      if (now === true) await client.post('measureQuality', '/quality')
      const report = await client.get('getQuality', '/quality', { system, days: Number(days) })
      out.value(report)
      if (report.day === null) {
        out.line('Nothing was measured yet: once a day, or now with --now.')
        return
      }
      out.line(`Measured on ${report.day}; in brackets the change in points over the days before.`)
      out.table(
        [
          { title: 'RECORDS OF' },
          { title: 'FIELD' },
          { title: 'LOOKED AT', align: 'right' },
          { title: 'COMPLETE', align: 'right' },
          { title: 'VALID', align: 'right' },
          { title: 'CONFLICTS', align: 'right' },
          { title: 'AGE (DAYS)', align: 'right' },
        ],
        report.items.map(item => [
          `${item.system}/${item.object}`,
          item.field,
          item.records,
          rate(item, 'completeness'),
          rate(item, 'validity'),
          rate(item, 'conflictRate'),
          item.medianAgeDays,
        ]),
      )
    })
}

/** A share in percent, and by how many points it moved since the oldest day shown. */
function rate(item: Item, name: 'completeness' | 'validity' | 'conflictRate'): string | null {
  const value = item[name]
  if (value === null) return null
  const before = item.history[0]?.[name] ?? value
  const moved = Math.round((value - before) * 1000) / 10
  return `${Math.round(value * 1000) / 10} %${moved === 0 ? '' : ` (${moved > 0 ? '+' : ''}${moved})`}`
}
