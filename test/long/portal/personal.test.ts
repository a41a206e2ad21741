/** The page of hidden messages, as two people who decide about one meet it. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flagPersonal } from '../../../src/compliance/personal/index.ts'
import { type CoverageWorld, openCoverageWorld } from '../../../src/coverage/coverage-world.fixture.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { hasChromium, openChromium, type VisitOptions, visit, whyNot } from './chromium.ts'
import { expectWhole } from './looks.ts'
import { administrator, signIn } from './people.ts'
import { comeInFirst, servePortal } from './served.ts'
import { type Language, languages, textsOf } from './texts.ts'

const t = textsOf('en')
let world: CoverageWorld
let portal: Portal
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  world = await openCoverageWorld()
  await world.capture('the doctor called', 'price is 95', 'fine weather')
  await world.firm.run('whatsapp')
  portal = await openPortal(world.firm, { people: {} })
  server = await servePortal(portal.parts)
  browser = await openChromium()
  await comeInFirst(browser, portal.parts, server)
  await world.firm.pool.query(
    `update role_group set roles = roles || '{Disposition Management,RecordManagement,Preview,Compliance Search}' where name = 'Organization Management'`,
  )
  const [item] = await world.firm.search('doctor')
  await flagPersonal(world.firm.centre, item!.id, 'Her health.', { username: 'rita' })
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await portal?.close()
  await world?.close()
})

async function openPage(options: VisitOptions = {}) {
  const seen = await visit(browser, options)
  await signIn(seen.page, server, textsOf((options.language ?? 'en') as Language))
  await seen.page.goto(`${server.url}/personal`)
  await seen.page.getByText('Her health.').waitFor({ timeout: 10_000 })
  return seen
}

describe.skipIf(!hasChromium)(`the page of personal messages${whyNot}`, () => {
  it.each(languages)('is whole in %s, wide and narrow', async (language) => {
    const own = textsOf(language)
    for (const width of language === 'en' ? ([1280, 390] as const) : ([390] as const)) {
      const { page, context, troubles } = await openPage({
        language,
        width,
        theme: width === 390 ? 'dark' : 'light',
      })
      await page.getByRole('heading', { name: own('personal:list.title') }).waitFor()
      await expectWhole(page, `personal-${language}-${width}`)
      expect(troubles).toEqual([])
      await context.close()
    }
  })

  it('is reached from an item, which whoever marks it sees no more', async () => {
    const [item] = await world.firm.search('price')
    const { page, context, troubles } = await visit(browser)
    await signIn(page, server, t)
    await page.goto(`${server.url}/items/${item!.id}`)
    await page.getByRole('button', { name: t('items:personal.action') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(t('items:personal.next')).waitFor()
    await dialog.getByLabel(t('items:personal.reason')).fill('It is about a gift for his wife.')
    await expectWhole(page, 'personal-mark-en-1280')
    await dialog.getByRole('button', { name: t('items:personal.action') }).click()
    await page.getByText(t('items:personal.done')).waitFor()
    await page.waitForURL(/\/mailboxes\/\d+/)
    await expectWhole(page, 'personal-marked-en-1280')
    expect(await world.firm.search('price')).toEqual([])
    await page.goto(`${server.url}/items/${item!.id}`)
    await page.getByText(/item-not-found/).waitFor()
    await page.goto(`${server.url}/personal`)
    await page.getByText('It is about a gift for his wife.').waitFor()
    expect(
      await world.rows('select flagged_by, released_at from personal_flag order by flagged_at'),
    ).toContainEqual({ flagged_by: administrator.username, released_at: null })
    expect(troubles).toEqual([])
    await context.close()
  })

  it.each(languages)('is spoken of on the item’s page in %s', async (language) => {
    const own = textsOf(language)
    const [item] = await world.firm.search('weather')
    const { page, context, troubles } = await visit(browser, { language, width: 390, theme: 'dark' })
    await signIn(page, server, own)
    await page.goto(`${server.url}/items/${item!.id}`)
    await page.getByRole('button', { name: own('items:personal.action') }).click()
    await page.getByRole('dialog').getByText(own('items:personal.text')).waitFor()
    await expectWhole(page, `personal-mark-${language}-390`)
    expect(troubles).toEqual([])
    await context.close()
  })

  it('lets one propose, who cannot agree to it himself', async () => {
    const { page, context, troubles } = await openPage()
    await page
      .getByRole('row', { name: /Her health/ })
      .getByRole('button', { name: t('personal:propose.action') })
      .click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('personal:column.reason')).fill('It is about the deal.')
    await expectWhole(page, 'personal-propose')
    await dialog.getByRole('button', { name: t('personal:propose.action') }).click()
    await page.getByText(/It is about the deal/).waitFor()
    await page.getByRole('button', { name: t('personal:act.decline') }).click()
    await page.getByText(/approval-refused/).waitFor()
    await expectWhole(page, 'personal-refused')
    expect(await world.firm.search('doctor')).toEqual([])
    expect(troubles).toEqual([])
    await context.close()
  })
})
