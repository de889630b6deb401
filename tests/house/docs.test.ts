import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, launch, type Running } from '../cli/run.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { until } from '../support/hub.ts'
import { ROOT } from './generate.ts'

// Pages of documentation keep their word: links lead somewhere, examples are those that are tested, commands run.

const PAGES = ['README.md', ...markdownBelow('docs'), ...markdownBelow('connectors')]

function markdownBelow(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  return files.filter(file => file.endsWith('.md')).map(file => join(folder, file))
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

/** The fenced blocks of a page: language, what stands behind it, and content. */
function blocks(page: string): { language: string; mark: string; content: string }[] {
  return [...read(page).matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(match => ({
    language: match[1] ?? '',
    mark: match[2] ?? '',
    content: match[3] ?? '',
  }))
}

/** The anchor that a heading gets on GitHub. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}

describe('links lead somewhere', () => {
  test.each(PAGES)('%s', page => {
    const text = read(page).replaceAll(/^```[\s\S]*?^```$/gm, '')
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [path = '', fragment] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      expect(existsSync(join(ROOT, file)), `${page} -> ${target}`).toBe(true)
      if (fragment === undefined) continue
      const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(match => anchor(match[1] ?? ''))
      expect(headings, `${page} -> ${target}`).toContain(fragment)
    }
  })
})

test('examples shown in the README are the files that are tested', () => {
  const shown = blocks('README.md').filter(block => block.mark.startsWith('example='))
  expect(shown.length).toBe(3)
  for (const { mark, content } of shown)
    expect(content).toBe(read(join('docs/examples', mark.slice('example='.length))))
})

test('what the README says to start with is what package.json has', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'))
  const commands = PAGES.flatMap(page =>
    [...read(page).matchAll(/\bnpm run ([\w-]+(?::\w+)?)/g)].map(match => match[1] ?? ''),
  )
  expect(new Set(commands)).toContain('demo')
  for (const command of new Set(commands)) expect(Object.keys(scripts)).toContain(command)
})

describe('commands of the pages run, on the starter configuration', () => {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'patchbay-docs-')), 'data')
  let hub: Running
  let variables: Record<string, string>

  beforeAll(async () => {
    const port = await freePort()
    const { url } = await createTestDatabase()
    variables = { PATCHBAY_DATA: dataDir, PATCHBAY_PORT: String(port), DATABASE_URL: url }
    hub = launch(['start'], variables)
    await hub.says('Ctrl-C finishes')
  })

  afterAll(async () => {
    hub.child.kill('SIGTERM')
    await hub.ended
    rmSync(dirname(dataDir), { recursive: true, force: true })
  })

  /** A block as bash would run it here; `npm run` is cut short, since npm itself takes half a second. */
  async function runBlock(content: string): Promise<string> {
    const here = content
      .replaceAll('http://127.0.0.1:4600', `http://127.0.0.1:${variables['PATCHBAY_PORT']}`)
      .replaceAll('$(cat data/', `$(cat ${dataDir}/`)
      .replaceAll('npm run patchbay --', `'${process.execPath}' src/patchbay.js`)
      .replaceAll('curl ', 'curl --silent --show-error --fail ')
    const env = { ...process.env, LOG_LEVEL: 'warn', ...variables }
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here], { cwd: ROOT, env })
    return stdout
  }

  const marked = PAGES.flatMap(page =>
    blocks(page).flatMap(({ language, mark, content }) =>
      language === 'sh' && mark === 'test' ? [[page, content] as const] : [],
    ),
  )

  test('there are some', () => {
    expect(marked.filter(([page]) => page === 'README.md').length).toBeGreaterThanOrEqual(2)
    expect(marked.filter(([page]) => page === 'docs/operations.md').length).toBeGreaterThanOrEqual(4)
  })

  test.each(marked)('%s: %s', async (_page, content) => {
    // The customer of the README's first command needs a moment to be there.
    const isQuestion = content.includes('-- customer')
    const output = isQuestion
      ? await until(
          () => runBlock(content).catch((error: unknown) => String(error)),
          said => said.includes('ana@example.com') && !said.startsWith('Error'),
          20_000,
        )
      : await runBlock(content)
    expect(output.trim()).not.toBe('')
  })
})
