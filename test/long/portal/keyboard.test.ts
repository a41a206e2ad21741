/** The whole wizard without a mouse: Tab, Enter, Space and typing. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hasChromium, openChromium, tabTo, visit, whyNot } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { comeInByLink, makeAccount, signIn } from './people.ts'
import { textsOf } from './texts.ts'

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

it.skipIf(!hasChromium)(`the wizard can be gone through by keyboard alone${whyNot}`, async () => {
  const t = textsOf('en')
  const { page, context, troubles } = await visit(browser)
  await signIn(page, demo, t)
  const site = await makeAccount(page, demo, t, 'Keyboard desk')
  await page.goto(`${demo.url}/connectors/catalogue/whatsapp`)
  const press = async (name: string) => {
    await tabTo(page, page.getByRole('button', { name, exact: true }))
    await page.keyboard.press('Enter')
  }
  const type = async (label: string, text: string) => {
    await tabTo(page, page.getByLabel(label))
    await page.keyboard.press('Control+A')
    await page.keyboard.type(text)
  }
  await press(t('connectors:addConnector'))
  await tabTo(page, page.getByRole('checkbox', { name: t('connectors:terms.accept') }))
  await page.keyboard.press('Space')
  await press(t('connectors:terms.acceptButton'))

  await type(t('connectors:signIn.name'), 'Keyboard connector')
  await type(t('connectors:signIn.username'), site.username)
  await type(t('connectors:signIn.password'), site.password)
  await press(t('connectors:signIn.test'))
  await page
    .getByText(t('connectors:signIn.works', { account: 'Keyboard desk' }))
    .first()
    .waitFor()
  await press(t('connectors:wizard.next'))

  await tabTo(page, page.getByRole('switch', { name: t('connectors:mapping.automatic') }))
  await page.keyboard.press('Space')
  await expect.poll(() => page.getByRole('switch').isChecked()).toBe(false)
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('button', { name: t('connectors:mapping.choose') }))
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')])
  const rows =
    'External User ID,Microsoft 365 User Mailbox\n447700900123,rosa.lindqvist@lanternquay.example\n'
  await chooser.setFiles({ name: 'mapping.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) })
  await page.getByText('mapping.csv').first().waitFor()
  await press(t('connectors:wizard.next'))
  await page.getByRole('heading', { name: t('connectors:step.delivery') }).waitFor()
  await press(t('connectors:wizard.next'))
  await page.getByRole('heading', { name: t('connectors:step.review') }).waitFor()
  await press(t('connectors:review.finish'))
  await page.getByRole('heading', { name: 'Keyboard connector', level: 1 }).waitFor()
  expect(troubles).toEqual([])
  await context.close()
})
