import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from '../../house/generate.ts'

export interface Rule {
  alert?: string
  record?: string
  expr: string
  for?: string
  labels?: { severity: string; team?: string }
  annotations?: { summary: string; description: string; runbook: string }
}

export const RULES_FOLDER = join(ROOT, 'dashboards/prometheus/rules')

/** The rule files as they are, by name. */
export const RULE_FILES: ReadonlyMap<string, string> = new Map(
  readdirSync(RULES_FOLDER).map(name => [name, readFileSync(join(RULES_FOLDER, name), 'utf8')]),
)

const GROUPS = [...RULE_FILES.values()].flatMap(text => {
  const file = parse(text) as { groups: { name: string; rules: Rule[] }[] }
  return file.groups
})

export const RULE_GROUPS: readonly string[] = GROUPS.map(({ name }) => name)

export const RULES: readonly Rule[] = GROUPS.flatMap(({ rules }) => rules)
