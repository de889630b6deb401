import type { Locator, Page } from 'playwright-core'
import type { en } from '../../web/locales/en.ts'

/** What a person does in the studio, in their language. */
export function studioActs(page: Page, texts: typeof en) {
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
  const tree = (name: string): Locator => page.getByRole('list', { name })
  return {
    button,
    async logIn(token: string): Promise<void> {
      await page.getByLabel(texts.login.token).fill(token)
      await button(texts.login.logIn).click()
    },
    async show(view: keyof typeof texts.studio.views): Promise<void> {
      await page.getByRole('tab', { name: texts.studio.views[view] }).click()
    },
    /** One row of the record or of the result. */
    record: (field: string): Locator => tree(texts.studio.record.title).locator('li', { hasText: field }),
    result: (field: string): Locator => tree(texts.studio.result.title).locator('li', { hasText: field }),
    findings: (): Locator => page.getByRole('list', { name: texts.studio.findings }),
    /** Replaces the whole text. */
    async write(text: string): Promise<void> {
      await page.locator('.cm-content').click()
      await page.keyboard.press('Control+A')
      await page.keyboard.insertText(text)
      await page.keyboard.press('Escape')
    },
    written: async (): Promise<string> => (await page.locator('.cm-content').innerText()).replaceAll('\u00a0', ' '),
    async save(): Promise<void> {
      await button(texts.studio.save).click()
      await page.getByText(texts.studio.saved).last().waitFor()
    },
    /** One figure of the plan. */
    figure: (name: string): Locator =>
      page
        .locator('.figure')
        .filter({ has: page.getByText(name, { exact: true }) })
        .locator('.figure-value'),
  }
}
