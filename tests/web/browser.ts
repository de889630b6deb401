import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, expect, onTestFailed } from 'vitest'

const EXECUTABLE = '/usr/bin/chromium'
const isCi = process.env['CI'] === 'true'

/** Why tests in a browser are skipped, or undefined to run them. In CI they run, and fail, rather than be skipped unseen. */
export const browserSkipReason: string | undefined =
  existsSync(EXECUTABLE) || isCi ? undefined : 'chromium is not installed (Debian: apt-get install chromium)'

/** A browser that looks for nothing on its own. */
export async function openBrowser(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args })
  afterAll(() => browser.close())
  return browser
}

/** A page of somebody who has just come, and what it did that it must not do. */
export async function openPage(
  browser: Browser,
  { origin, language }: { origin: string; language: string },
): Promise<{ page: Page; expectNoOffence: () => void }> {
  // Without motion: a button whose spinner is still fading out on a busy machine has another name.
  const context = await browser.newContext({
    locale: language,
    viewport: { width: 1360, height: 860 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const offences: string[] = []
  // For whoever looks into it: what the person saw.
  onTestFailed(async () => {
    const path = join(tmpdir(), `patchbay-web-${language}.png`)
    await page.screenshot({ path })
    console.log(`${path}\n${offences.join('\n')}`)
  })
  page.on('request', request => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:'))
      offences.push(`asked for ${request.url()}`)
  })
  page.on('pageerror', error => offences.push(`failed: ${error.message}`))
  // A browser tells of what its policy refused here too.
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') offences.push(message.text())
  })
  return { page, expectNoOffence: () => expect(offences).toEqual([]) }
}
