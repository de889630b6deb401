import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './generate.ts'

// docs/operations.md names reasons; here they are held against the code.

const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')

/** The rows of the first table below a heading, as cells. */
function table(heading: string): string[][] {
  const part = operations.split(`\n${heading}\n`)[1]?.split(/^#/m)[0] ?? ''
  const rows = part.split('\n').filter(line => line.startsWith('|'))
  return rows.slice(2).map(row =>
    row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

function code(cell: string | undefined): string {
  return cell?.replaceAll('`', '') ?? ''
}

test('the tables of dead letters have every reason', () => {
  const found = { event: new Set<string>(), delivery: new Set<string>() }
  for (const file of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    const stage = file.split('/')[0] ?? ''
    if (!file.endsWith('.ts') || !['gateway', 'interpret', 'resolve', 'plan', 'deliver'].includes(stage)) continue
    const text = readFileSync(join(ROOT, 'src', file), 'utf8')
    const isEvent = stage !== 'deliver' || file === 'deliver/read/read.ts'
    for (const [, reason = ''] of text.matchAll(/'dead'[^;})]{0,40}?\breason(?::| =) '(\w+)'/g))
      found[isEvent ? 'event' : 'delivery'].add(reason)
    // What settling says in SQL of a create that met another customer's record.
    for (const [, reason = ''] of text.matchAll(/taken_by is not null then '(\w+)'\n/g)) found.delivery.add(reason)
  }
  expect(found.event.size).toBeGreaterThan(5)
  expect(found.delivery.size).toBeGreaterThan(4)
  const listed = (heading: string) => table(heading).map(([reason]) => code(reason))
  expect(listed('### Events').toSorted()).toEqual([...found.event].toSorted())
  expect(listed('### Deliveries').toSorted()).toEqual([...found.delivery].toSorted())
})
