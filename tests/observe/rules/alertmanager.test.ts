import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../../house/generate.ts'

const FILE = join(ROOT, 'dashboards/prometheus/alertmanager.yml')
/** Debian: package `prometheus-alertmanager`. */
const hasAmtool = spawnSync('amtool', ['--version']).status === 0

function amtool(...args: string[]): string {
  return spawnSync('amtool', args, { encoding: 'utf8' }).stdout
}

describe.skipIf(!hasAmtool)(
  'the example for Alertmanager (skipped without the package prometheus-alertmanager)',
  () => {
    test('is valid', () => {
      expect(amtool('check-config', FILE)).toContain('SUCCESS')
    })

    test.each([
      ['service', 'page', 'service-page'],
      ['service', 'ticket', 'service-ticket'],
      ['default', 'page', 'default-page'],
      ['default', 'ticket', 'default-ticket'],
      ['nobody-knows', 'page', 'default-page'],
    ])('an alert of team %s and severity %s goes to %s', (team, severity, receiver) => {
      const said = amtool('config', 'routes', 'test', '--config.file', FILE, `team=${team}`, `severity=${severity}`)
      expect(said.trim()).toBe(receiver)
    })
  },
)
