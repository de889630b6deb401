import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ROOT } from '../../house/generate.ts'
import { ALERT_CASES, type AlertCase } from './alert-cases.ts'
import { hasPromtool, promtool } from './promtool.ts'
import { RULE_FILES, RULE_GROUPS, RULES, RULES_FOLDER } from './rule-files.ts'

const ALERTS = RULES.filter(rule => rule.alert !== undefined)
const nameOf = (rule: { alert?: string }): string => (rule.alert ?? '').replace(/^Patchbay/, '')

describe.skipIf(!hasPromtool)('rules, as Prometheus reads them (skipped without the package prometheus)', () => {
  test('are valid', () => {
    const { ok, says } = promtool(['check', 'rules', ...[...RULE_FILES.keys()].map(name => join(RULES_FOLDER, name))])
    expect(ok, says).toBe(true)
    const example = promtool(['check', 'config', join(ROOT, 'dashboards/prometheus/prometheus.yml')])
    expect(example.ok, example.says).toBe(true)
  })

  test('every alert has a case', () => {
    const kinds = (list: readonly string[]): string[] => [...new Set(list)].sort()
    expect(kinds(ALERT_CASES.map(({ alert, severity }) => `${alert} ${severity}`))).toEqual(
      kinds(ALERTS.map(rule => `${nameOf(rule)} ${rule.labels?.severity}`)),
    )
  })

  test('each fires when it must, for the team that owns the system, and ends', () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-rules-'))
    const rule_files = [...RULE_FILES.keys()].map(name => join(RULES_FOLDER, name))
    // What is recorded is asked for by the alerts of the same moment; groups that are not named come in no order.
    const group_eval_order = ['patchbay-recording', ...RULE_GROUPS.filter(name => name !== 'patchbay-recording')]
    for (const [evaluation_interval, cases] of Map.groupBy(ALERT_CASES, ({ interval = '1m' }) => interval)) {
      const file = join(folder, `${evaluation_interval}.yaml`)
      writeFileSync(file, stringify({ rule_files, evaluation_interval, group_eval_order, tests: cases.map(caseOf) }))
      const { ok, says } = promtool(['test', 'rules', file])
      expect(ok, says).toBe(true)
    }
  }, 300_000)
})

/** promtool's form of a case. What is asked for is a number, so that the words of annotations are free to change. */
function caseOf({ alert, severity, team = 'sales', interval = '1m', series, quiet = '0m', fires, ended }: AlertCase) {
  const expr = `count(ALERTS{alertname="Patchbay${alert}",alertstate="firing",severity="${severity}",team="${team}"}) or vector(0)`
  const at = (eval_time: string, value: number) => ({ expr, eval_time, exp_samples: [{ labels: '{}', value }] })
  return {
    name: `${alert} ${severity}`,
    interval,
    input_series: Object.entries({ ...series, 'patchbay_system_info{system="crm",team="sales"}': '1x3000' }).map(
      ([name, values]) => ({ series: name, values }),
    ),
    promql_expr_test: [at(quiet, 0), at(fires, 1), at(ended, 0)],
  }
}

test('every alert says what is wrong and where its runbook is', () => {
  expect(ALERTS.length).toBeGreaterThanOrEqual(22)
  for (const rule of ALERTS) {
    const name = nameOf(rule)
    expect(rule.alert, name).toBe(`Patchbay${name}`)
    expect(['page', 'ticket'], name).toContain(rule.labels?.severity)
    expect(rule.annotations?.summary, name).toBeTruthy()
    expect(rule.annotations?.description, name).toBeTruthy()
    expect(rule.annotations?.runbook, name).toBe(`docs/runbooks/${name}.md`)
    expect(existsSync(join(ROOT, `docs/runbooks/${name}.md`)), name).toBe(true)
    expect(rule.expr, name).toContain('group_left (team) patchbay:system_team')
  }
})

test('every runbook has the four parts that somebody who was woken looks for', () => {
  for (const name of new Set(ALERTS.map(nameOf))) {
    const text = readFileSync(join(ROOT, `docs/runbooks/${name}.md`), 'utf8')
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(match => match[1])
    expect(headings, name).toEqual([name, 'Meaning', 'First look', 'Cure', 'Prevention'])
    expect(text, name).toMatch(/^npm run patchbay -- /m)
  }
})
