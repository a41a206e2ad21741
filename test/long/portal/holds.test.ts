/** The page Holds: a hold is counted, placed, looked at and released. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ada, type HoldsWorld, openHoldsWorld } from '../../../src/compliance/holds/holds-world.fixture.ts'
import { evaluateHolds } from '../../../src/compliance/holds/index.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { hasChromium, openChromium, visit, whyNot } from './chromium.ts'
import { expectWhole, figure, lookAt } from './looks.ts'
import { signIn } from './people.ts'
import { comeInFirst, servePortal } from './served.ts'
import { textsOf } from './texts.ts'

const t = textsOf('en')

let world: HoldsWorld
let portal: Portal
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  world = await openHoldsWorld()
  world.firm.setClock(new Date().toISOString())
  await world.chat(ada, 'one', ['lunch on Friday?', 'the merger is on', 'nothing of note'])
  portal = await openPortal(world.firm, { people: {} })
  server = await servePortal(portal.parts)
  browser = await openChromium()
  await comeInFirst(browser, portal.parts, server)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await portal?.close()
  await world?.close()
})

describe.skipIf(!hasChromium)(`the page Holds${whyNot}`, () => {
  it('counts beforehand, places, tells how much it holds, and releases with a reason', async () => {
    const { page, context, troubles } = await visit(browser)
    await signIn(page, server, t)
    await page
      .getByRole('link', { name: t('general:area.holds') })
      .first()
      .click()
    await page.getByText(t('holds:none')).waitFor()
    await page.getByRole('button', { name: t('holds:place') }).click()
    await page.getByLabel(t('holds:field.name'), { exact: false }).first().fill('Merger inquiry')
    await page.getByLabel(t('holds:field.mailboxes')).fill('ada@firm.example')
    await page.getByLabel(t('holds:field.query')).fill('merger')
    await page.getByRole('button', { name: t('holds:preview.count'), exact: true }).click()
    await page.getByText(t('holds:preview.unreadable')).waitFor()
    expect(await figure(page, t('holds:column.items'))).toBe('1')
    await expectWhole(page, 'holds-place-en-1280')
    await page.getByRole('button', { name: t('holds:place') }).click()
    await page.getByText(t('holds:stats.evaluating')).waitFor()
    await evaluateHolds(world.firm.pool)
    await page.getByRole('button', { name: t('holds:stats.count'), exact: true }).click()
    await page.getByText(t('holds:stats.items')).waitFor()
    expect(await figure(page, t('holds:stats.items'))).toBe('1')
    await lookAt(browser, page, 'holds-one', (one) => one.getByText('ada@firm.example').first().waitFor())
    await page.getByRole('button', { name: t('holds:release.title') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('holds:reason')).fill('settled')
    await expectWhole(page, 'holds-release-en-1280')
    await dialog.getByRole('button', { name: t('holds:release.title') }).click()
    await page.getByText('settled').waitFor()
    await page
      .getByRole('link', { name: t('general:area.holds') })
      .first()
      .click()
    await page.getByRole('heading', { name: t('holds:delays.title') }).waitFor()
    await page.getByRole('button', { name: /End it now/ }).click()
    await page.getByRole('dialog').getByLabel(t('holds:reason')).fill('the wrong mailbox')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('holds:delays.end') })
      .click()
    await page.getByRole('heading', { name: t('holds:requests.title') }).waitFor()
    await lookAt(browser, page, 'holds', (one) => one.getByText('Merger inquiry').first().waitFor())
    expect(troubles).toEqual([])
    await context.close()
  }, 120_000)
})
