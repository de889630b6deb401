import type { HubConfig } from '#config/config.ts'
import { type Condition, DAY_MS, type Finding } from '../condition.ts'
import type { Facts } from '../facts/facts.ts'
import type { PublicationFact } from '../facts/events.ts'
import { after, numberOf, textOf } from '../wording.ts'
import { MAPPING_REASONS } from './dead-letters.ts'

interface Failed {
  system: string
  object: string
  mapping: string
  count: number
  customers: number
  sinceMs: number
  message: string | null
}

/** The publication that most likely broke it: the last one before it began to fail that changed the mapping, and did not begin it. */
function blamed(publications: readonly PublicationFact[], { mapping, sinceMs }: Failed): PublicationFact | undefined {
  return publications.find(
    ({ atMs, previous }) => typeof previous.get(mapping) === 'number' && atMs <= sinceMs && sinceMs - atMs < DAY_MS,
  )
}

function findFailing(facts: Facts, foldersOf: (system: string) => string): Finding[] {
  const events = facts.deadEvents.map(row => ({ ...row, mapping: `${foldersOf(row.system)}/${row.object}.in` }))
  const deliveries = facts.deliveries.flatMap(row =>
    row.state === 'dead'
      ? [
          {
            ...row,
            mapping: row.mapping ?? `${foldersOf(row.system)}/${row.object}.out`,
            sinceMs: row.failedAtMs ?? row.plannedAtMs,
          },
        ]
      : [],
  )
  const failed = [...events, ...deliveries].filter(({ reason }) => MAPPING_REASONS.includes(reason ?? ''))
  return [...Map.groupBy(failed, ({ system, mapping }) => `${system} ${mapping}`).values()].flatMap(group => {
    const [first] = group.toSorted((a, b) => a.sinceMs - b.sinceMs)
    if (first === undefined) return []
    const publication = blamed(facts.publications, first)
    const previous = publication?.previous.get(first.mapping)
    return {
      severity: publication === undefined ? 'ticket' : 'page',
      system: first.system,
      object: first.mapping,
      sinceMs: first.sinceMs,
      value: group.reduce((sum, row) => sum + row.count, 0),
      customers: group.reduce((sum, row) => sum + row.customers, 0),
      detail: {
        message: first.message ?? '',
        ...(publication !== undefined && { publication: publication.number, by: publication.by }),
        ...(typeof previous === 'number' && { previous }),
      },
    }
  })
}

/** A mapping cannot make anything of what it is given; most often since it was just changed. */
export function mappingFailing(config: Pick<HubConfig, 'systems'>): Condition {
  return {
    name: 'MappingFailing',
    find: facts => findFailing(facts, system => config.systems[system]?.mappings ?? system),
    command: ({ object, system, detail }) =>
      'previous' in detail
        ? `patchbay map rollback ${object} --to ${numberOf(detail, 'previous')}`
        : object.endsWith('.in')
          ? `patchbay events --state dead --system ${system}`
          : `patchbay deliveries list --state dead --system ${system}`,
    text: {
      en: ({ object, value, detail }) => ({
        what: `The mapping ${object} fails${blamedText(detail, 'en')}: ${value} records so far${after(textOf(detail, 'message'))}`,
        cure:
          'previous' in detail
            ? 'Roll it back, then replay what is dead; mend it as a draft with the failing record among its cases.'
            : 'Correct the mapping, add the record to its cases, and replay or retry what is dead.',
      }),
      zh: ({ object, value, detail }) => ({
        what: `映射 ${object} 失败${blamedText(detail, 'zh')}：目前 ${value} 条记录${after(textOf(detail, 'message'))}`,
        cure:
          'previous' in detail
            ? '请先回滚，再重放失败的记录；然后以草稿方式修正，并把失败的记录加入用例。'
            : '请修正映射，把失败的记录加入用例，然后重放或重试。',
      }),
    },
  }
}

function blamedText(detail: Parameters<typeof textOf>[0], language: 'en' | 'zh'): string {
  if (!('publication' in detail)) return ''
  const [number, by] = [numberOf(detail, 'publication'), textOf(detail, 'by')]
  return language === 'en' ? ` since publication ${number} by ${by}` : `（自 ${by} 的第 ${number} 次发布以来）`
}
