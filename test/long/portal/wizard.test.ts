/** What a new user does: open the link, and set up a second connector, in his own language. */
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, openChromium, picture, visit, whyNot } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { comeInByLink, makeAccount, signIn } from './people.ts'
import { type Language, languages, textsOf } from './texts.ts'

let demo: Demo
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  demo = await startDemo()
  browser = await openChromium()
  await comeInByLink(browser, demo)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

const mapping = 'External User ID,Microsoft 365 User Mailbox\n'

/** In the others by HOLDFAST_WIZARD=all: each begins with a demo of its own, and their pages are looked at elsewhere. */
const walked: readonly Language[] = process.env.HOLDFAST_WIZARD === 'all' ? languages : ['en', 'zh-Hans']

describe.skipIf(!hasChromium).each(walked)(`the wizard in %s${whyNot}`, (language: Language) => {
  const t = textsOf(language)

  it('sets up a second connector, from the account at the site to the first run', async () => {
    const { page, context, troubles } = await visit(browser, { language })
    await signIn(page, demo, t)
    const name = `Second desk ${language}`
    const site = await makeAccount(page, demo, t, name)
    const user = language === 'zh-Hans' ? '+86 139 0000 0123' : '+44 7700 900123'
    await page.goto(`${demo.url}/connectors`)
    await page.getByRole('button', { name: t('connectors:addConnector') }).click()
    const product = t('connectors:catalogue.view', { name: t('connectors:type.wechat') })
    await page.getByRole('link', { name: product }).click()
    await page.getByRole('button', { name: t('connectors:addConnector') }).click()
    await picture(page, `wizard-terms-${language}`)
    await page.getByRole('checkbox', { name: t('connectors:terms.accept') }).check()
    await page.getByRole('button', { name: t('connectors:terms.acceptButton'), exact: true }).click()

    await page.getByLabel(t('connectors:signIn.name')).fill(name)
    await page.getByLabel(t('connectors:signIn.username')).fill(site.username)
    await page.getByLabel(t('connectors:signIn.password')).fill('not the password')
    await page.getByRole('button', { name: t('connectors:signIn.test') }).click()
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('site-sign-in-refused')
    await page.getByLabel(t('connectors:signIn.password')).fill(site.password)
    await page.getByRole('button', { name: t('connectors:signIn.test') }).click()
    await page
      .getByText(t('connectors:signIn.works', { account: name }))
      .first()
      .waitFor()
    await picture(page, `wizard-sign-in-${language}`)
    await page.getByRole('button', { name: t('connectors:wizard.next') }).click()

    await chooseFile(
      page,
      page.getByRole('button', { name: t('connectors:mapping.choose') }),
      'wrong.csv',
      'a,b\n1,2\n',
    )
    await page.getByRole('table', { name: t('general:upload.problemsCaption') }).waitFor()
    await picture(page, `wizard-problems-${language}`)
    const row = `${user.replace(/\D/g, '')},rosa.lindqvist@lanternquay.example\n`
    const choose = page.getByRole('button', { name: t('connectors:mapping.choose') })
    await chooseFile(page, choose, 'mapping.csv', mapping + row)
    await page.getByText('mapping.csv').first().waitFor()
    await page.getByRole('button', { name: t('connectors:mapping.preview') }).click()
    await page.getByText(t('connectors:preview.registered')).waitFor()
    await picture(page, `wizard-mapping-${language}`)
    await page.getByRole('button', { name: t('connectors:wizard.back') }).click()
    await page.getByLabel(t('connectors:signIn.name')).waitFor()
    expect(await page.getByLabel(t('connectors:signIn.name')).inputValue()).toBe(name)
    await page.getByRole('button', { name: t('connectors:wizard.next') }).click()
    await page.getByRole('button', { name: t('connectors:mapping.removeFile') }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: t('connectors:wizard.next') }).click()

    await page.getByRole('heading', { name: t('connectors:step.delivery') }).waitFor()
    await page.getByText(t('connectors:delivery.only')).waitFor()
    await picture(page, `wizard-delivery-${language}`)
    await page.getByRole('button', { name: t('connectors:wizard.next') }).click()

    await page.getByRole('heading', { name: t('connectors:step.review') }).waitFor()
    await picture(page, `wizard-review-${language}`)
    await page.getByRole('button', { name: t('connectors:review.finish') }).dblclick()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.getByText(t('connectors:run.succeeded')).first().waitFor({ timeout: 60_000 })
    await picture(page, `connector-${language}`)
    await page.goto(`${demo.url}/connectors`)
    await expect.poll(() => page.getByRole('link', { name, exact: true }).count()).toBe(1)
    expect(troubles).toEqual([])
    await context.close()
  })
})

async function chooseFile(page: Page, button: Locator, name: string, content: string): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()])
  await chooser.setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
}
