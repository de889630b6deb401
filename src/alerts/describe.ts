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

/** How the alerts of this configuration are spoken of. */
export function createDescribe(config: HubConfig, conditions: ReadonlyMap<string, Condition>): Describe {
  const { runbooks } = config.alerts
  return ({ name, system, object, team, value, detail }, language) => {
    const systemTitle = system === null ? '' : (config.systems[system]?.title ?? system)
    const about = { system: system ?? '', object: object ?? '', title: systemTitle, value, detail }
    const condition = conditions.get(name)
    const page = `docs/runbooks/${name}.md`
    return {
      // An alert of a newer build, met by an older process.
      ...(condition?.text[language](about) ?? { what: name, cure: '' }),
      command: condition?.command(about) ?? 'patchbay status',
      runbook: runbooks === undefined ? page : `${runbooks}/${name}.md`,
      systemTitle,
      teamTitle: team === null ? '' : (config.teams[team]?.title ?? team),
    }
  }
}
