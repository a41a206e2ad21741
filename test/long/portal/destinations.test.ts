/** Delivery as an administrator meets it: a destination added in the wizard, and what becomes of the items there. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type JournalServer,
  startJournalServer,
} from '../../../src/delivery/smtp-journal/journal-server.fixture.ts'
import { cutChoices, hasChromium, openChromium, visit, whyNot } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { expectWhole, figure, lookAt } from './looks.ts'
import { comeInByLink, makeAccount, signIn } from './people.ts'
import { languages, type Text, textsOf } from './texts.ts'

let demo: Demo
let browser: Browser
let journal: JournalServer

const journalUser = { name: 'holdfast', password: 'seven dry barrels' }

beforeAll(async () => {
  if (!hasChromium) return
  journal = await startJournalServer({ user: journalUser })
  demo = await startDemo()
  browser = await openChromium()
  await comeInByLink(browser, demo)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
  await journal?.close()
})

/** The wizard up to the step that asks where items are delivered to. */
async function goToDelivery(page: Page, t: Text, name: string): Promise<void> {
  const site = await makeAccount(page, demo, t, name)
  await page.goto(`${demo.url}/connectors/catalogue/whatsapp`)
  await page.getByRole('button', { name: t('connectors:addConnector') }).click()
  await page.getByRole('checkbox', { name: t('connectors:terms.accept') }).check()
  await page.getByRole('button', { name: t('connectors:terms.acceptButton'), exact: true }).click()
  await page.getByLabel(t('connectors:signIn.name')).fill(name)
  await page.getByLabel(t('connectors:signIn.username')).fill(site.username)
  await page.getByLabel(t('connectors:signIn.password')).fill(site.password)
  await page.getByRole('button', { name: t('connectors:wizard.next') }).click()
  await page.getByRole('heading', { name: t('connectors:step.mapping') }).waitFor()
  await page.getByRole('button', { name: t('connectors:wizard.next') }).click()
  await page.getByRole('heading', { name: t('connectors:step.delivery') }).waitFor()
}

/** The form of a journal address in the panel, filled in but for its password. */
async function fillJournal(page: Page, t: Text, name: string): Promise<void> {
  const panel = page.getByRole('dialog')
  await panel.getByLabel(t('delivery:field.kind')).selectOption('smtp-journal')
  await panel.getByRole('textbox', { name: t('delivery:field.name'), exact: true }).fill(name)
  await panel.getByLabel(t('delivery:field.host')).fill('127.0.0.1')
  await panel.getByLabel(t('delivery:field.tls')).selectOption('none-loopback-only')
  await panel.getByLabel(t('delivery:field.port')).fill(String(journal.port))
  await panel.getByLabel(t('delivery:field.to')).fill('journal@vault.example')
  await panel.getByLabel(t('delivery:field.from')).fill('holdfast@lanternquay.example')
  await panel.getByLabel(t('delivery:field.user')).fill(journalUser.name)
}

describe.skipIf(!hasChromium)(`destinations${whyNot}`, () => {
  const t = textsOf('en')
  const name = 'Journal of the vault'

  it('are added in the wizard, tried before they are kept, and chosen for the connector', async () => {
    const { page, context, troubles } = await visit(browser)
    await signIn(page, demo, t)
    await goToDelivery(page, t, 'Desk with a journal')
    await page.getByText(t('connectors:delivery.only')).waitFor()
    await expectWhole(page, 'wizard-delivery')
    await page.getByRole('button', { name: t('delivery:add.action') }).click()
    await fillJournal(page, t, name)
    const panel = page.getByRole('dialog')
    await panel.getByLabel(t('delivery:field.password')).fill('not the password')
    await panel.getByRole('button', { name: t('delivery:test.action') }).click()
    await panel.getByText(t('delivery:test.fails')).waitFor()
    await panel.getByRole('button', { name: t('delivery:add.anyway') }).waitFor()
    await expectWhole(page, 'destination-panel-fails')
    await panel.getByLabel(t('delivery:field.password')).fill(journalUser.password)
    await panel.getByRole('button', { name: t('general:action.save') }).click()
    await panel.waitFor({ state: 'hidden' })
    expect(await page.getByRole('checkbox', { name }).isChecked()).toBe(true)
    await page.getByText(t('connectors:delivery.also_one', { count: '1' })).waitFor()
    await page.getByRole('button', { name: t('connectors:wizard.next') }).click()

    await page.getByRole('heading', { name: t('connectors:step.review') }).waitFor()
    await page.getByText(name, { exact: true }).waitFor()
    const edit = t('connectors:review.editStep', { step: t('connectors:step.delivery') })
    await page.getByRole('button', { name: edit }).click()
    await page.getByRole('checkbox', { name }).waitFor()
    await page.getByRole('button', { name: t('connectors:wizard.next') }).click()
    await page.getByRole('button', { name: t('connectors:review.finish') }).click()
    await page.getByRole('heading', { name: 'Desk with a journal', level: 1 }).waitFor()
    await page.getByRole('link', { name }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Desk with a journal' }).waitFor()
    expect(troubles).toEqual([])
    await context.close()
  })

  it('tell what was refused and why, and deliver it when asked again', async () => {
    const { page, context, troubles } = await visit(browser)
    let refusals = 2
    journal.answer = () => (refusals-- > 0 ? { status: 554, words: '5.6.0 Not this one' } : null)
    await signIn(page, demo, t)
    await page.goto(`${demo.url}/connectors/destinations`)
    await page.getByRole('link', { name }).click()
    await page.getByRole('button', { name: t('delivery:connectors.attach') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('delivery:connectors.choose')).selectOption({ label: 'whatsapp' })
    expect(await dialog.getByLabel(t('delivery:connectors.history')).isChecked()).toBe(true)
    await dialog.getByRole('button', { name: t('delivery:connectors.attachSubmit'), exact: true }).click()
    await expect.poll(() => figure(page, t('delivery:count.refused')), { timeout: 60_000 }).toBe('2')
    await expect.poll(() => figure(page, t('delivery:count.waiting')), { timeout: 60_000 }).toBe('0')
    await page.getByRole('table', { name: t('delivery:exceptions.title') }).waitFor()
    expect(await page.getByText(t('delivery:reason.itemRefused')).count()).toBe(2)
    await lookAt(browser, page, 'destination-exceptions', (one) => one.getByRole('table').first().waitFor())
    await page.getByRole('button', { name: t('delivery:exceptions.retryAll') }).click()
    await expect.poll(() => figure(page, t('delivery:count.refused')), { timeout: 60_000 }).toBe('0')
    await expect
      .poll(() => figure(page, t('delivery:count.delivered')), { timeout: 60_000 })
      .toBe(String(journal.reports.length))
    expect(journal.reports.length).toBeGreaterThan(2)
    expect(troubles).toEqual([])
    await context.close()
  })

  it('are changed without their secret, tested, paused, resumed and removed', async () => {
    const { page, context, troubles } = await visit(browser)
    await signIn(page, demo, t)
    await page.goto(`${demo.url}/connectors/destinations`)
    await page.getByRole('link', { name }).click()
    const more = page.getByRole('button', { name: t('delivery:act.more'), exact: true })
    const dialog = page.getByRole('dialog')
    await more.click()
    await page.getByRole('menuitem', { name: t('delivery:act.change') }).click()
    expect(await dialog.getByLabel(t('delivery:field.password')).inputValue()).toBe('')
    await dialog.getByLabel(t('delivery:field.from')).fill('compliance@lanternquay.example')
    await expectWhole(page, 'destination-change')
    await dialog.getByRole('button', { name: t('delivery:change.save') }).click()
    await page.getByText('compliance@lanternquay.example').waitFor()
    await page.getByRole('button', { name: t('delivery:test.action') }).click()
    await dialog.getByRole('button', { name: t('delivery:test.action') }).click()
    await dialog.getByText(t('delivery:test.works')).waitFor()
    await dialog.getByRole('button', { name: t('general:action.cancel') }).click()
    await page.getByRole('button', { name: t('delivery:act.pause') }).click()
    await page.getByText(t('delivery:paused.title')).waitFor()
    await page.getByRole('button', { name: t('delivery:act.resume') }).click()
    await page.getByText(t('delivery:paused.title')).waitFor({ state: 'hidden' })
    await more.click()
    await page.getByRole('menuitem', { name: t('delivery:act.remove') }).click()
    await dialog.getByRole('button', { name: t('delivery:act.remove') }).click()
    await page.getByText(t('delivery:none.title')).waitFor()
    expect(troubles).toEqual([])
    await context.close()
  })

  it.each(languages)('ask in %s for what each kind needs, on a phone', async (language) => {
    const { page, context, troubles } = await visit(browser, {
      language,
      width: 390,
      height: 1600,
      theme: 'dark',
    })
    const own = textsOf(language)
    await signIn(page, demo, own)
    await page.goto(`${demo.url}/connectors/destinations`)
    await page.getByRole('button', { name: own('delivery:add.action') }).click()
    const panel = page.getByRole('dialog')
    const kind = panel.getByLabel(own('delivery:field.kind'))
    for (const one of ['exchange-online', 'imap', 'smtp-journal']) {
      await kind.selectOption(one)
      await expectWhole(page, `destination-form-${one}-${language}`)
      expect(await cutChoices(page), one).toEqual([])
    }
    expect(troubles).toEqual([])
    await context.close()
  })
})
