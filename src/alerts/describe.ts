import type { HubConfig } from '#config/config.ts'
import type { Condition, Language, Text } from './condition.ts'
import type { AlertRow } from './rows.ts'

/** An alert in words. */
export interface Description extends Text {
  command: string
  runbook: string
  systemTitle: string
  teamTitle: string
}

export type Describe = (alert: Pick<AlertRow, DescribedColumn>, language: Language) => Description
type DescribedColumn = 'name' | 'system' | 'object' | 'team' | 'value' | 'detail'

/** What `patchbay alerts test` says. */
const TEST = {
  en: { what: 'Patchbay can reach you here', cure: 'Nothing is wrong: somebody tested this channel.' },
  zh: { what: 'Patchbay 可以通过此渠道通知您', cure: '一切正常：有人测试了此渠道。' },
} as const

/** How the alerts of this configuration are spoken of. */
export function createDescribe(config: HubConfig, conditions: ReadonlyMap<string, Condition>): Describe {
  const { runbooks } = config.alerts
  return ({ name, system, object, team, value, detail }, language) => {
    const systemTitle = system === null ? '' : (config.systems[system]?.title ?? system)
    const about = { system: system ?? '', object: object ?? '', title: systemTitle, value, detail }
    const condition = conditions.get(name)
    const page = `docs/runbooks/${name}.md`
    return {
      ...(condition?.text[language](about) ?? (name === 'Test' ? TEST[language] : { what: name, cure: '' })),
      command: condition?.command(about) ?? 'patchbay alerts',
      runbook: runbooks === undefined ? page : `${runbooks}/${name}.md`,
      systemTitle,
      teamTitle: team === null ? '' : (config.teams[team]?.title ?? team),
    }
  }
}
