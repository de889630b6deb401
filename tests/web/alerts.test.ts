import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Scope } from '#console/scopes.ts'
import { en } from '../../web/locales/en.ts'
import { zh } from '../../web/locales/zh-cn.ts'
import type { Scene } from '../hub/scene.ts'
import { browserSkipReason, openBrowser, openPage } from './browser.ts'
import { startConsoleHub, tokenOf } from './console-hub.ts'

const LANGUAGES = [
  ['en', en, 'site', 'Disconnected'],
  ['zh-CN', zh, 'crm', 'CircuitOpen'],
] as const

describe('the page of alerts', () => {
  if (browserSkipReason !== undefined) {
    test.skip(browserSkipReason, () => {})
    return
  }
  let scene: Scene
  let browser: Browser

  beforeAll(async () => {
    scene = await startConsoleHub()
    browser = await openBrowser()
  }, 90_000)

  const token = (scope: Scope): Promise<string> => tokenOf(scene, 'li-lei', [scope])

  /** As the look stores what it finds; it is not gone before the test is over. */
  async function raise(name: string, system: string): Promise<void> {
    await scene.rows(`insert into alert (id, name, severity, system, state, value, customers, detail, since, raised_at, seen_at)
      values ('${scene.hub.ids.uuid()}', '${name}', 'page', '${system}', 'firing', 1, 7, '{}', now(), now(), now() + interval '1 hour')`)
  }

  test.each(LANGUAGES)('tells, takes and silences (%s)', { timeout: 60_000 }, async (language, texts, system, name) => {
    await raise(name, system)
    const { page, expectNoOffence } = await openPage(browser, { origin: scene.hub.url, language })
    await page.goto(`${scene.hub.url}/console/`)
    await page.getByLabel(texts.login.token).fill(await token('operate'))
    await page.getByLabel(texts.login.token).press('Enter')

    // Seen from the overview and from every page.
    const figure = page.locator('a.figure', { hasText: texts.overview.alerts })
    await expect.poll(() => figure.locator('.figure-value').innerText()).toMatch(/[1-9]/)
    await page.getByRole('navigation').locator('.ant-badge-count').waitFor()
    await figure.click()
    await page.getByRole('heading', { name: texts.alerts.title, exact: true }).waitFor()
    expect(await page.title()).toBe(`${texts.frame.alerts} · Patchbay`)

    const card = page.getByRole('listitem').filter({ hasText: name })
    await card.getByText(texts.alerts.customers.replace('{{count}}', '7')).waitFor()
    await card.getByText(`${name}.md`).waitFor()
    await card.getByRole('button', { name: texts.alerts.acknowledge }).click()
    await card.getByText(texts.alerts.acknowledgedBy.replace('{{by}}', 'li-lei')).waitFor()
    expect(await card.getByRole('button', { name: texts.alerts.acknowledge }).count()).toBe(0)

    await card.getByRole('button', { name: texts.alerts.silence }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: texts.alerts.silence, exact: true }).click()
    await dialog.getByText(texts.alerts.silenceWhyNeeded).waitFor()
    await dialog.getByLabel(texts.alerts.silenceWhy).fill('维护')
    await dialog.getByRole('button', { name: texts.alerts.silence, exact: true }).click()
    await card.getByText(texts.alerts.silenced, { exact: true }).waitFor()
    const silences = page.getByRole('list', { name: texts.alerts.silences })
    await silences.getByText('维护').waitFor()
    await silences.getByRole('button', { name: texts.alerts.endSilence }).click()
    await silences.waitFor({ state: 'hidden' })

    // What ends stands among the ended ones, without anybody loading the page anew.
    await scene.rows(`update alert set state = 'resolved', resolved_at = now() where name = '${name}'`)
    await page.getByText(texts.alerts.noneOpen).waitFor()
    await page.getByText(texts.alerts.show.resolved, { exact: true }).click()
    await card.getByText(texts.alerts.lasted).waitFor()
    expectNoOffence()
    await page.context().close()
  })

  test('who may not act is told which scope is missing', async () => {
    const { page } = await openPage(browser, { origin: scene.hub.url, language: 'zh-CN' })
    await page.goto(`${scene.hub.url}/console/alerts`)
    await page.getByLabel(zh.login.token).fill(await token('map'))
    await page.getByLabel(zh.login.token).press('Enter')
    await page.getByText(zh.scopeNeeded.title.replace('{{scope}}', 'operate')).waitFor()
    await page.getByText('npm run patchbay -- token create --name li-lei --scope map operate').waitFor()
    await page.context().close()
  })
})
