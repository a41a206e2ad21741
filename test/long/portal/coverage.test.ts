/** The page Coverage as somebody who answers for the records meets it. */
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ada, type CoverageWorld, openCoverageWorld } from '../../../src/coverage/coverage-world.fixture.ts'
import { keepCoverage, statementKey, verifyStatement } from '../../../src/coverage/index.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { hasChromium, openChromium, type Visit, type VisitOptions, visit, whyNot } from './chromium.ts'
import { expectWhole, figure, lookAt } from './looks.ts'
import { administrator, signIn } from './people.ts'
import { comeInFirst, servePortal } from './served.ts'
import { type Text, textsOf } from './texts.ts'

const t = textsOf('en')
const dayMs = 86_400_000

let world: CoverageWorld
let portal: Portal
let server: RunningServer
let browser: Browser

/** Ten days of messages that ended six days ago, gaps of three kinds, and a site that has told all of it. */
async function liveTenDays(now: number) {
  const { firm } = world
  const at = (days: number) => firm.setClock(new Date(now - days * dayMs).toISOString())
  for (let days = 16; days > 5; days -= 1) {
    at(days)
    await world.capture(`prices of the day ${days}`, `second word of day ${days}`)
  }
  await world.tell(
    {
      gap: {
        reason: 'sequence-jump',
        key: '4',
        explanation: 'Messages 4100 to 4122 were never given: they are older than five days.',
        custodian: ada,
      },
    },
    {
      gap: {
        reason: 'media-lost',
        key: 'm',
        explanation: 'The voice message of 09:12 is with the vendor no more.',
      },
    },
    { gap: { reason: 'media-omitted', key: 'o', explanation: 'A picture was left out of the export.' } },
  )
  await firm.run('whatsapp')
  at(1)
  // Of nobody's phone, and not yet archived.
  const file = await firm.file(
    'WhatsApp Chat with Eve.txt',
    '19/03/2026, 09:00 - Eve: who runs the connector?\n',
  )
  await firm.capture('whatsapp-export', [file], { timezone: 'Europe/London', dateOrder: 'dmy' })
  at(0)
  await keepCoverage(firm.centre, {
    findWord: world.findWord,
    signal: new AbortController().signal,
    onFailure: (_account, error) => expect.fail(String(error)),
  })
}

beforeAll(async () => {
  if (!hasChromium) return
  const now = Date.now()
  world = await openCoverageWorld(new Date(now - 17 * dayMs).toISOString())
  portal = await openPortal(world.firm, { people: {} })
  await liveTenDays(now)
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

async function openAccount(options: VisitOptions = {}, own: Text = t): Promise<Visit> {
  const visited = await visit(browser, options)
  await signIn(visited.page, server, own)
  await visited.page.goto(`${server.url}/coverage/${(await world.account()).id}`)
  await gapsShown(visited.page, own)
  return visited
}

const gapsShown = (page: Page, own: Text) =>
  page.getByRole('heading', { name: own('coverage:gaps.title') }).waitFor()

describe.skipIf(!hasChromium)(`the page Coverage${whyNot}`, () => {
  it('lists the accounts, and says where alerts go', async () => {
    const { page, context, troubles } = await visit(browser)
    await signIn(page, server, t)
    await page
      .getByRole('link', { name: t('general:area.coverage') })
      .first()
      .click()
    await page.getByRole('heading', { name: t('coverage:alerts.title') }).waitFor()
    await lookAt(browser, page, 'coverage', (one) => one.getByRole('link', { name: 'Firm' }).waitFor())
    await page.getByRole('link', { name: 'Firm' }).click()
    await gapsShown(page, t)
    expect(troubles).toEqual([])
    await context.close()
  })

  it('shows people, days and gaps whole in each language and width, and by keyboard', async () => {
    const { page, context, troubles } = await openAccount()
    expect(await figure(page, t('coverage:status.silent'))).toBe('1')
    expect(await figure(page, t('coverage:status.never'))).toBe('1')
    await page.getByText(/Messages 4100 to 4122 were never given/).waitFor()
    await page.getByText(t('coverage:reason.mediaLost')).first().waitFor()
    await lookAt(browser, page, 'coverage-account', (one) => one.getByText(/Messages 4100/).waitFor())
    const table = page.getByRole('region', { name: t('coverage:days.title') })
    await table.focus()
    expect(await table.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true)
    expect(troubles).toEqual([])
    await context.close()
  })

  it.each([
    { language: 'en', width: 1280 },
    { language: 'zh-Hans', width: 390 },
  ] as const)('has its dialogs whole: $language, $width', async (look) => {
    const own = textsOf(look.language)
    const { page, context, troubles } = await openAccount(look, own)
    await page
      .getByRole('button', { name: own('coverage:gaps.accept') })
      .first()
      .click()
    await page.getByRole('dialog').getByLabel(own('coverage:accept.reason')).waitFor()
    await expectWhole(page, `coverage-accept-${look.language}-${look.width}`)
    await page.keyboard.press('Escape')
    await page.goto(`${server.url}/coverage`)
    await page.getByRole('button', { name: own('coverage:alerts.change') }).click()
    await page.getByRole('dialog').getByLabel(own('coverage:alerts.secret')).waitFor()
    await expectWhole(page, `coverage-alerts-${look.language}-${look.width}`)
    expect(troubles).toEqual([])
    await context.close()
  })

  it('filters gaps, and accepts one with a reason that stays', async () => {
    const { page, context, troubles } = await openAccount()
    const section = page.locator('section', {
      has: page.getByRole('heading', { name: t('coverage:gaps.title') }),
    })
    await section.getByLabel(t('coverage:gaps.reason')).selectOption('media-lost')
    await section.getByText(/Messages 4100/).waitFor({ state: 'hidden' })
    await section.getByRole('button', { name: t('coverage:gaps.accept') }).click()
    const dialog = page.getByRole('dialog')
    const accept = dialog.getByRole('button', { name: t('coverage:gaps.accept') })
    expect(await accept.isEnabled()).toBe(false)
    await dialog.getByLabel(t('coverage:accept.reason')).fill('The vendor confirmed that it is gone.')
    await accept.click()
    await dialog.waitFor({ state: 'hidden' })
    await section.getByLabel(t('coverage:gaps.state')).selectOption('accepted')
    await section.getByLabel(t('coverage:gaps.reason')).selectOption('')
    await section.getByText(/The vendor confirmed that it is gone\./).waitFor()
    await section.getByText(t('coverage:gaps.acceptedBy', { name: administrator.username })).waitFor()
    expect(troubles).toEqual([])
    await context.close()
  })

  it('hands out an attestation that the key on the page verifies', async () => {
    const { page, context, troubles } = await openAccount()
    const { publicKey } = await statementKey(world.firm.centre)
    await page.getByText(publicKey).waitFor()
    const downloading = page.waitForEvent('download')
    await page
      .getByRole('link', { name: /^coverage-\d{4}-\d\d-\d\d\.json$/ })
      .first()
      .click()
    const file = await (await downloading).path()
    expect(verifyStatement(readFileSync(file, 'utf8'), publicKey)).toMatchObject({ account: 'Firm' })
    expect(troubles).toEqual([])
    await context.close()
  })

  it('gives a probe its word', async () => {
    const { page, context, troubles } = await openAccount()
    await page.getByRole('button', { name: t('coverage:heartbeats.begin') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('coverage:heartbeats.route')).fill('phone in London')
    await dialog.getByRole('button', { name: t('coverage:heartbeats.give') }).click()
    await dialog.getByText(/^probe[a-z]{18}$/).waitFor()
    await dialog.getByRole('button', { name: t('general:action.close') }).click()
    await page.getByRole('cell', { name: t('coverage:heartbeats.waiting') }).waitFor()
    expect(troubles).toEqual([])
    await context.close()
  })
})
