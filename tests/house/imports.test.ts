import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type ICruiseResult, cruise } from 'dependency-cruiser'
import { afterAll, describe, expect, test } from 'vitest'
import config from '../../.dependency-cruiser.ts'
import { ROOT } from './generate.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'patchbay-imports-')))
afterAll(() => rmSync(base, { recursive: true, force: true }))

async function check(root: string, folders: string[]): Promise<ICruiseResult> {
  const { output } = await cruise(folders, {
    ...config.options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  })
  if (typeof output === 'string') throw new Error(output)
  return output
}

describe('import rules (.dependency-cruiser.mjs)', () => {
  test('hold in the whole project', async () => {
    const { summary } = await check(ROOT, ['src', 'connectors', 'demo', 'tests', 'bench', 'simulation', 'web'])
    expect(summary.violations.map(found => `${found.rule.name}: ${found.from} -> ${found.to}`)).toEqual([])
    // A cruiser that cannot read TypeScript finds nothing wrong in nothing.
    expect(summary.totalCruised).toBeGreaterThan(300)
    expect(summary.totalDependenciesCruised ?? 0).toBeGreaterThan(1000)
  })

  const planted: readonly [rule: string, from: string, to: string][] = [
    ['stages-are-apart', 'src/plan/a.ts', 'src/deliver/b.ts'],
    ['stages-know-only-what-is-below', 'src/resolve/a.ts', 'src/console/b.ts'],
    ['stages-know-only-what-is-below', 'src/gateway/a.ts', 'src/app.ts'],
    ['connectors-know-the-kit', 'connectors/acme/a.ts', 'src/store/b.ts'],
    ['connectors-know-the-kit', 'connectors/acme/a.ts', 'connectors/other/b.ts'],
    ['connectors-are-found-by-listing', 'src/app.ts', 'connectors/acme/b.ts'],
    ['src-stands-alone', 'src/model/a.ts', 'tests/support/b.ts'],
    ['src-stands-alone', 'src/cli/a.ts', 'demo/b.ts'],
    ['src-stands-alone', 'src/store/a.ts', 'simulation/b.ts'],
    ['src-stands-alone', 'src/console/a.ts', 'web/b.ts'],
    ['web-knows-the-api', 'web/a.ts', 'src/model/b.ts'],
    ['model-and-rules-are-pure', 'src/rules/a.ts', 'src/store/b.ts'],
    ['model-and-rules-do-no-io', 'src/model/a.ts', 'node:fs'],
    ['mapping-is-a-language', 'src/mapping/a.ts', 'src/connector/b.ts'],
    ['engine-stands-alone', 'src/mapping/engine/a.ts', 'src/mapping/b.ts'],
    ['foundations-know-no-stage', 'src/store/a.ts', 'src/plan/b.ts'],
    ['alerts-judge-by-rows', 'src/alerts/a.ts', 'src/deliver/b.ts'],
    ['console-is-a-face', 'src/console/a.ts', 'src/deliver/b.ts'],
    ['everything-resolves', 'src/model/a.ts', './nowhere.ts'],
  ]

  test.each(planted)('%s finds %s -> %s', async (rule, from, to) => {
    const root = mkdtempSync(join(base, 'case-'))
    write(
      root,
      from,
      `import '${to.startsWith('src/') || /^(connectors|tests|demo|simulation|web)/.test(to) ? relativeTo(from, to) : to}'\n`,
    )
    if (!to.startsWith('node:') && !to.startsWith('./')) write(root, to, 'export const b = 1\n')
    expect(await broken(root)).toContain(rule)
  })

  test('no-cycles finds two files that need each other', async () => {
    const root = mkdtempSync(join(base, 'case-'))
    write(root, 'src/model/a.ts', "import { b } from './b.ts'\nexport const a = () => b\n")
    write(root, 'src/model/b.ts', "import { a } from './a.ts'\nexport const b = () => a\n")
    expect(await broken(root)).toContain('no-cycles')
  })
})

async function broken(root: string): Promise<string[]> {
  const { summary } = await check(root, ['.'])
  return summary.violations.map(found => found.rule.name)
}

function write(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}

function relativeTo(from: string, to: string): string {
  return `${'../'.repeat(from.split('/').length - 1)}${to}`
}
