import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../web/locales/en.ts'
import { zh } from '../../web/locales/zh-cn.ts'
import type { Scene } from '../hub/scene.ts'
import { browserSkipReason, openBrowser, openPage } from './browser.ts'
import { startConsoleHub, tokenOf } from './console-hub.ts'

const LANGUAGES = [
  ['en', en],
  ['zh-CN', zh],
] as const

describe('the frame of the console', () => {
  if (browserSkipReason !== undefined) {
    test.skip(browserSkipReason, () => {})
    return
  }

  let scene: Scene
  let browser: Browser
  let token: string

  beforeAll(async () => {
    scene = await startConsoleHub()
    token = await tokenOf(scene, '王芳', ['read-masked'])
    browser = await openBrowser()
  }, 90_000)

  test.each(LANGUAGES)('from log-in to log-out (%s)', async (language, texts) => {
    const { page, expectNoOffence } = await openPage(browser, { origin: scene.hub.url, language })
    await page.goto(scene.hub.url)
    await page.waitForURL(`${scene.hub.url}/console/`)
    await page.getByLabel(texts.login.token).fill(token)
    await page.getByLabel(texts.login.token).press('Enter')

    await page.getByRole('heading', { name: texts.overview.title }).waitFor()
    expect(await page.title()).toBe(`${texts.frame.overview} · Patchbay`)
    await page.getByRole('link', { name: texts.frame.mappings }).click()
    await page.getByRole('link', { name: 'contact' }).first().waitFor()
    expect(page.url()).not.toContain(token)
    expect(await page.locator('.live-mark').textContent()).toMatch(/\S/)

    await page.getByRole('button', { name: texts.frame.appearance }).click()
    await page.getByText(texts.frame.dark, { exact: true }).click()
    await page.locator('html[data-theme=dark]').waitFor()
    await page.reload()
    await page.locator('html[data-theme=dark]').waitFor()

    // Who may only look is offered nothing else.
    await page.goto(`${scene.hub.url}/console/mappings/site/contact.in`)
    await page.getByText(texts.studio.mayNotWrite).waitFor()
    await page.locator('.cm-content', { hasText: 'person' }).waitFor()
    expect(await page.getByRole('button', { name: texts.studio.save }).count()).toBe(0)
    await page.getByText(texts.scopeNeeded.title.replace('{{scope}}', 'map')).first().waitFor()
    await page.getByText(texts.scopeNeeded.record).waitFor()

    await page.goto(`${scene.hub.url}/console/no/such/page`)
    await page.getByText(texts.notFound.title).waitFor()

    await page.getByRole('button', { name: texts.frame.account }).click()
    await page.getByText(texts.frame.logOut).click()
    await page.getByText(texts.login.left).waitFor()
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toContain(token)
    expectNoOffence()
    await page.context().close()
  })

  test('a token that is revoked ends the session, and says so', async () => {
    const value = await tokenOf(scene, 'Ben', ['read'])
    const { page } = await openPage(browser, { origin: scene.hub.url, language: 'en' })
    await page.goto(`${scene.hub.url}/console/`)
    await page.getByLabel(en.login.token).fill(value)
    await page.getByRole('button', { name: en.login.logIn }).click()
    await page.getByRole('heading', { name: en.overview.title }).waitFor()
    await scene.rows(`update api_token set revoked_at = now() where name = 'Ben'`)
    await page.getByText(en.login.ended).waitFor()
    await page.context().close()
  })

  test('a wrong token is told, and a language chosen stays', async () => {
    const { page } = await openPage(browser, { origin: scene.hub.url, language: 'en' })
    await page.goto(`${scene.hub.url}/console/`)
    await page.getByLabel(en.login.token).fill('pb_wrong')
    await page.getByRole('button', { name: en.login.logIn }).click()
    await page.getByText(en.problem.token_invalid).waitFor()
    await page.getByRole('button', { name: en.frame.language }).click()
    await page.getByText('简体中文').click()
    await page.getByText(zh.problem.token_invalid).waitFor()
    await page.reload()
    await page.getByText(zh.login.intro).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await page.context().close()
  })
})
