/** Regions in the portal: a run that was refused leads to the page where its basis is recorded, and then goes on. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CoverageWorld, openCoverageWorld } from '../../../src/coverage/coverage-world.fixture.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { hasChromium, openChromium, visit, whyNot } from './chromium.ts'
import { expectWhole, lookAt } from './looks.ts'
import { signIn } from './people.ts'
import { comeInFirst, servePortal } from './served.ts'
import { languages, textsOf } from './texts.ts'

const t = textsOf('en')
let world: CoverageWorld
let portal: Portal
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  world = await openCoverageWorld()
  portal = await openPortal(world.firm, { people: {} })
  server = await servePortal(portal.parts)
  browser = await openChromium()
  await comeInFirst(browser, portal.parts, server)
  await world.firm.pool.query(
    `update role_group set roles = roles || '{Preview,Mail Recipients}' where name = 'Organization Management'`,
  )
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await portal?.close()
  await world?.close()
})

describe.skipIf(!hasChromium)(`regions in the portal${whyNot}`, () => {
  it('are set where a connector and a mailbox are, and a run that is refused says where a basis is recorded', async () => {
    const { page, context, troubles } = await visit(browser)
    await signIn(page, server, t)
    const change = async (path: string, region: string) => {
      await page.goto(`${server.url}${path}`)
      await page.getByRole('button', { name: t('regions:change.action') }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(t('regions:region')).fill(region)
      await expectWhole(page, `regions-change-${region}`)
      await dialog.getByRole('button', { name: t('general:action.save') }).click()
      await dialog.waitFor({ state: 'detached' })
      await page.getByRole('main').getByText(region, { exact: true }).waitFor()
    }
    await change('/connectors/1', 'cn')
    const [mailbox] = await world.rows("select id from mailbox where address = 'ada@firm.example'")
    await change(`/mailboxes/${mailbox!.id}`, 'eu')
    await expectWhole(page, 'regions-mailbox')
    await world.capture('the deal is on')
    await expect(world.firm.run('whatsapp')).rejects.toMatchObject({ code: 'transfer-basis-missing' })

    await page.goto(`${server.url}/connectors/1`)
    await page.getByText(/transfer-basis-missing/).waitFor()
    await lookAt(browser, page, 'regions-refused', (one) => one.getByText(/transfer-basis-missing/).waitFor())
    await page.getByRole('link', { name: t('connectors:run.seeRegions') }).click()
    const transfer = page.getByRole('row', { name: /cn.*eu/ })
    await transfer.getByText(t('regions:transfers.noBasis')).waitFor()
    await transfer.getByRole('button', { name: t('regions:basis.action') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('regions:basis.basis')).fill('Standard contract, filed with the regulator')
    await dialog.getByLabel(t('regions:basis.law')).fill('PIPL Art. 38(1)(3)')
    await dialog.getByLabel(t('regions:basis.document')).fill('contracts/2026/014')
    await expectWhole(page, 'regions-basis')
    await dialog.getByRole('button', { name: t('regions:basis.submit') }).click()
    await transfer.getByText(t('regions:transfers.hasBasis')).waitFor()
    await page.getByText('contracts/2026/014').waitFor()
    await world.firm.run('whatsapp')
    expect(await world.firm.search('deal')).toHaveLength(1)
    expect(troubles).toEqual([])
    await context.close()
  }, 180_000)

  it('are a page that is whole in every language, and a basis that was ended stays in it', async () => {
    const { page, context, troubles } = await visit(browser)
    await signIn(page, server, t)
    await page.goto(`${server.url}/connectors/regions`)
    await page.getByRole('button', { name: t('regions:mailboxes.action') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('regions:region')).fill('us')
    await dialog.getByLabel(t('regions:mailboxes.addresses')).fill('ben@firm.example')
    await expectWhole(page, 'regions-mailboxes')
    await dialog.getByRole('button', { name: t('general:action.save') }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('row', { name: /cn.*us/ }).waitFor()
    await page.getByRole('button', { name: t('regions:end.action') }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('regions:end.action') })
      .click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page
      .getByRole('row', { name: /cn.*eu/ })
      .getByText(t('regions:transfers.noBasis'))
      .waitFor()
    await page.getByText('contracts/2026/014').waitFor()
    const cookies = await context.cookies()
    for (const language of languages) {
      const own = textsOf(language)
      const other = await visit(browser, { language, width: 390, theme: 'dark' })
      await other.context.addCookies(cookies)
      await other.page.goto(`${server.url}/connectors/regions`)
      await other.page.getByRole('heading', { name: own('regions:bases.title') }).waitFor()
      await expectWhole(other.page, `regions-${language}-390`)
      await other.context.close()
    }
    await expectWhole(page, 'regions-en-1280')
    expect(troubles).toEqual([])
    await context.close()
  }, 180_000)
})
