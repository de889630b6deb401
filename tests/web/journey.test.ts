import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../web/locales/en.ts'
import { zh } from '../../web/locales/zh-cn.ts'
import { until } from '../support/until.ts'
import { browserSkipReason, openBrowser, openPage } from './browser.ts'
import { studioActs } from './studio-acts.ts'
import { BEFORE, startStudioHub } from './studio-hub.ts'

const JOURNEYS = [
  { language: 'en', texts: en, system: 'site' },
  { language: 'zh-CN', texts: zh, system: 'shop' },
] as const

const AFTER = '{"person": {"email": $email(mail), "givenName": $uppercase(name)}}'

describe('the life of a mapping in the studio', () => {
  if (browserSkipReason !== undefined) {
    test.skip(browserSkipReason, () => {})
    return
  }
  let hub: Awaited<ReturnType<typeof startStudioHub>>
  let browser: Browser

  beforeAll(async () => {
    hub = await startStudioHub()
    browser = await openBrowser()
  }, 90_000)

  /** Another person, who works by the API. */
  async function saveAs(name: string, mapping: string, source: string): Promise<void> {
    const headers = { authorization: `Bearer ${await hub.token(name)}`, 'content-type': 'application/json' }
    const url = `${hub.scene.hub.url}/api/v1/mappings/${mapping}/draft`
    const reply = await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ source }) })
    expect(reply.status).toBe(200)
  }

  test.each(JOURNEYS)('from a draft to the way back ($language)', { timeout: 90_000 }, async journey => {
    const { language, texts, system } = journey
    const origin = hub.scene.hub.url
    const mapping = `${system}/contact.in`
    const { page, expectNoOffence } = await openPage(browser, { origin, language })
    const acts = studioActs(page, texts)
    await page.goto(`${origin}/console/mappings`)
    await acts.logIn(await hub.token('王芳'))
    await page.locator(`a[href="/console/mappings/${mapping}"]`).click()

    // A record, and what is in force makes of it.
    await acts
      .record('mail')
      .filter({ hasText: `${system}2@example.com` })
      .waitFor()
    await acts.result('givenName').filter({ hasText: '小明' }).waitFor()
    await page.getByText(texts.studio.result.same).waitFor()
    await acts.button(texts.studio.record.next).click()
    await acts.result('givenName').filter({ hasText: 'Ben' }).waitFor()

    // A mistake is told where it stands, as one types.
    await acts.write('{"person": {"email": $email(mail), "firstname": name}}')
    await acts.findings().getByText(texts.findings.unknown_target).waitFor()
    await page.locator('.cm-lintRange-error', { hasText: 'firstname' }).waitFor()

    // What may stand there is offered.
    await acts.write('{"person": {"email": ')
    await page.keyboard.type('$ema')
    await page.locator('.cm-tooltip-autocomplete li', { hasText: '$email' }).waitFor()

    // What differs is shown, and where it comes from.
    await acts.write(AFTER)
    await page.getByText(texts.studio.noFindings).waitFor()
    const changed = page.locator('li[data-change=changed]', { hasText: 'givenName' })
    await changed.filter({ hasText: 'BEN' }).hover()
    await page.locator('li[data-lit]', { hasText: 'name' }).waitFor()

    // The same as a table.
    await page.getByText(texts.studio.asTable, { exact: true }).click()
    await page.getByRole('row').filter({ hasText: '$uppercase' }).getByLabel(texts.studio.table.default).fill('nobody')
    await expect.poll(() => acts.button(texts.studio.save).isEnabled()).toBe(true)
    await page.getByText(texts.studio.asText, { exact: true }).click()
    await expect.poll(acts.written).toContain('$uppercase(name) ?? "nobody"')
    await acts.save()

    // A case, made of invented values.
    await acts.button(texts.studio.cases.save).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(texts.studio.cases.name).fill('上档')
    expect(await dialog.innerText()).not.toContain(`${system}1@example.com`)
    await dialog.getByRole('button', { name: texts.studio.cases.save }).click()
    await dialog.waitFor({ state: 'hidden' })
    await acts.show('cases')
    await page.getByText('上档', { exact: true }).waitFor()
    await page.getByLabel(texts.studio.cases.passed).waitFor()

    // Somebody else saves the draft meanwhile.
    await acts.show('write')
    await acts.write(AFTER)
    await saveAs('李雷', mapping, BEFORE)
    await page.getByText(texts.studio.others.saved.replace('{{by}}', '李雷')).waitFor()
    await acts.button(texts.studio.others.keep).click()
    await acts.save()

    await acts.show('plan')
    await acts.button(texts.plan.run).click()
    await expect.poll(() => acts.figure(texts.plan.changed).innerText()).toBe('2')
    await page.getByRole('cell', { name: 'BEN', exact: true }).waitFor()

    await acts.show('publish')
    await page.getByText(texts.publish.noErrors).waitFor()
    await page.getByLabel(texts.publish.note).fill('大写')
    await page.getByText(texts.publish.replay).click()
    await acts.button(texts.publish.publish).click()
    await page.getByText(texts.publish.replayed.done).waitFor({ timeout: 30_000 })
    // What was stored went through the new revision, and arrived.
    await until(
      () => hub.namesInCrm(system),
      names => names.includes('BEN'),
    )

    await page
      .getByRole('button', { name: texts.history.revision.replace('{{revision}}', '2') })
      .getByText('大写')
      .waitFor()
    await page.getByRole('button', { name: texts.history.revision.replace('{{revision}}', '1') }).click()
    await acts.button(texts.history.rollBack).click()
    await page.getByRole('dialog').getByRole('button', { name: texts.history.rollBack, exact: true }).click()
    await page.getByText(texts.history.rolledBack.replace('{{revision}}', '1')).waitFor()
    await acts.show('write')
    await expect.poll(acts.written).toBe(BEFORE)
    expectNoOffence()
    await page.context().close()
  })

  test('what is wrong with a row of the table stands at its cell, in Chinese', { timeout: 60_000 }, async () => {
    const { page } = await openPage(browser, { origin: hub.scene.hub.url, language: 'zh-CN' })
    const acts = studioActs(page, zh)
    await page.goto(`${hub.scene.hub.url}/console/mappings/shop/contact.in`)
    await acts.logIn(await hub.token('王芳'))
    await page.locator('.cm-content', { hasText: 'person' }).waitFor()
    await page.getByText(zh.studio.asTable, { exact: true }).click()
    const row = page.getByRole('row').filter({ hasText: '$email' })
    const below = row.locator('xpath=following-sibling::tr[1]')

    // One that cannot be written.
    await row.getByLabel(zh.studio.table.source).fill('mail +')
    await below.getByText('person.email：来源必须是路径').waitFor()
    expect(await row.getByLabel(zh.studio.table.source).getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('.pane .ant-alert').count()).toBe(0)

    // One that can be written and is wrong: what the model says of the field.
    await row.getByLabel(zh.studio.table.source).fill('mail')
    await row.getByLabel(zh.studio.table.target, { exact: true }).fill('person.emial')
    await below.getByText('person 没有字段“emial”。是否想写“email”？').waitFor()
    await acts.findings().getByText('person 没有字段“emial”').waitFor()

    // What is no function is told, not swallowed.
    const functions = page.getByRole('row').filter({ hasText: '$email' }).getByLabel(zh.studio.table.transformations)
    await functions.fill('1 + 1')
    await functions.press('Enter')
    await page.getByText('“1 + 1”不是函数').waitFor()
    await page.context().close()
  })
})
