import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ALERT_NAMES } from '#alerts/names.ts'
import { ROOT } from '../house/generate.ts'
import { RULES } from '../observe/rules/rule-files.ts'

/** Who is dead tells nobody: only Prometheus sees it. */
const SEEN_FROM_OUTSIDE = ['Down']
const NAMES = [...ALERT_NAMES, ...SEEN_FROM_OUTSIDE].toSorted()

test('each alert has a runbook, and the other way round', () => {
  const pages = readdirSync(join(ROOT, 'docs/runbooks')).map(file => file.replace(/\.md$/, ''))
  expect(pages.toSorted()).toEqual(NAMES)
})

test('each alert has rules of its name for Prometheus, and the other way round', () => {
  const rules = new Set(RULES.flatMap(({ alert }) => (alert === undefined ? [] : [alert])))
  expect([...rules].toSorted()).toEqual(NAMES.map(name => `Patchbay${name}`))
})

test('each alert is in the table of docs/alerts.md', () => {
  const rows = [...readFileSync(join(ROOT, 'docs/alerts.md'), 'utf8').matchAll(/^\| `([A-Z]\w+)` /gm)]
  expect(rows.map(([, name]) => name)).toEqual([...ALERT_NAMES])
})
