/** Activation as a registered user meets it on his phone, and as the administrator who invites him does. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PortalParts } from '../../../src/http/portal-parts.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import {
  changeActivationSettings,
  inviteUsers,
  listActivations,
  noteCaptured,
} from '../../../src/site/activation/index.ts'
import { registeredUsers } from '../../../src/site/index.ts'
import { type Firm, openFirm } from '../../journey/firm.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { hasChromium, openChromium, visit, whyNot } from './chromium.ts'
import { expectWhole, lookAt } from './looks.ts'
import { signIn } from './people.ts'
import { comeInFirst, servePortal } from './served.ts'
import { type Language, languages, type Text, textsOf } from './texts.ts'

const t = textsOf('en')
const ada = '+447700900001'
const ben = '+447700900002'
/** For each language somebody who has not answered yet. */
const readerOf = (place: number) => `+44770090001${place}`
const allWays = [
  'wecom-archive',
  'whatsapp-linked-device',
  'whatsapp-cloud',
  'whatsapp-backup',
  'whatsapp-export',
  'wechat-export',
] as const

let firm: Firm
let portal: Portal
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  firm = await openFirm({ now: new Date().toISOString() })
  await firm.addUsers(
    `name,mobile,email\nAda Trader,${ada},ada@firm.example\nBen Broker,${ben},ben@firm.example\n` +
      languages
        .map((one, place) => `Reader ${one},${readerOf(place)},reader${place}@firm.example\n`)
        .join(''),
  )
  await changeActivationSettings(firm.site, firm.account, {
    ways: [...allWays],
    embeddedSignup: { appId: '123456789', configurationId: '987654321' },
  })
  portal = await openPortal(firm, { people: {} })
  const parts: PortalParts = { ...portal.parts, qrText: async () => '2@linking,code,of,a,device' }
  server = await servePortal(parts)
  browser = await openChromium()
  await comeInFirst(browser, portal.parts, server)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await portal?.close()
  await firm?.close()
})

async function linkFor(mobile: string, language: Language): Promise<string> {
  const user = (await registeredUsers(firm.site, firm.account)).find((one) => one.mobile === mobile)!
  const request = { users: [user.id], language, origin: server.url, mailer: null }
  return (await inviteUsers(firm.site, firm.account, request)).invited[0]!.link!
}

const answerOf = async (mobile: string) =>
  (await listActivations(firm.site, firm.account)).find((one) => one.mobile === mobile)!

async function answer(page: Page, own: Text, capture: 'agree' | 'disagree', abroad: 'agree' | 'disagree') {
  const questions = page.getByRole('radiogroup')
  await questions
    .nth(0)
    .getByRole('radio', { name: own(`activation:answer.${capture}`), exact: true })
    .check()
  await questions
    .nth(1)
    .getByRole('radio', { name: own(`activation:answer.${abroad}`), exact: true })
    .check()
  await page.getByRole('button', { name: own('activation:answer.send') }).click()
}

describe.skipIf(!hasChromium)(`the page of an invited user${whyNot}`, () => {
  it.each(languages)('is whole on a phone and read, answered and done in %s', async (language) => {
    const own = textsOf(language)
    const dark = language === 'es' || language === 'it'
    const look = { language: 'en', width: 390, theme: dark ? 'dark' : 'light' } as const
    const { page, context, troubles, addresses } = await visit(browser, look)
    const reader = readerOf(languages.indexOf(language))
    const link = await linkFor(reader, language)
    await page.goto(link)
    await page.getByRole('heading', { name: own('activation:notice.captured') }).waitFor()
    expect(page.url()).toBe(`${server.url}/activate`)
    expect(await page.locator('nav').count()).toBe(0)
    expect(await page.evaluate('document.documentElement.lang')).toBe(language)
    await expectWhole(page, `activation-notice-${language}`)
    expect(await page.getByRole('button', { name: own('activation:answer.send') }).isEnabled()).toBe(false)
    await answer(page, own, 'agree', 'disagree')
    await page.getByRole('img', { name: own('activation:step.linked.picture') }).waitFor()
    await expectWhole(page, `activation-steps-${language}`)
    expect(await answerOf(reader)).toMatchObject({
      ...{ language, capture: { answer: 'given' }, crossBorder: { answer: 'refused' } },
    })
    await page.getByRole('button', { name: own('activation:done.finish') }).click()
    await page.getByText(own('activation:done.text')).waitFor()
    await expectWhole(page, `activation-done-${language}`)
    await page.goto('about:blank')
    await page.goto(link)
    await page
      .getByText(own('activation:page.refused'))
      .or(page.getByText(t('activation:page.refused')))
      .waitFor()
    expect(troubles).toEqual([])
    const token = link.split('#')[1]!
    // The navigations themselves; nothing else ever named the token.
    expect(addresses.filter((address) => address.includes(token) && address !== link)).toEqual([])
    await context.close()
  })

  it('lets him refuse by keyboard, say so plainly, and change his mind', async () => {
    const { page, context, troubles } = await visit(browser, { width: 390 })
    await page.goto(await linkFor(ben, 'en'))
    const [capture, abroad] = [page.getByRole('radiogroup').nth(0), page.getByRole('radiogroup').nth(1)]
    for (const question of [capture, abroad]) {
      await question.getByRole('radio').first().focus()
      await page.keyboard.press('ArrowDown')
    }
    await page.getByRole('button', { name: t('activation:answer.send') }).focus()
    await page.keyboard.press('Enter')
    await page.getByText(t('activation:answer.refused')).waitFor()
    await expectWhole(page, 'activation-refused')
    expect(await page.getByText(t('activation:steps.title'), { exact: true }).count()).toBe(0)
    expect(await answerOf(ben)).toMatchObject({ capture: { answer: 'refused' } })
    await page.getByRole('button', { name: t('activation:answer.change') }).click()
    await answer(page, t, 'agree', 'agree')
    await page.getByText(t('activation:answer.given')).waitFor()
    expect(await answerOf(ben)).toMatchObject({ capture: { answer: 'given' } })
    expect(troubles).toEqual([])
    await context.close()
  })

  it('changes its language at a touch, and says the same for every link that does not work', async () => {
    const { page, context, troubles } = await visit(browser, { width: 390 })
    await page.goto(`${server.url}/activate#${'x'.repeat(32)}`)
    await page.getByText(t('activation:page.refused')).waitFor()
    const sv = textsOf('sv')
    await page.getByLabel(t('general:language')).selectOption('sv')
    await page.getByText(sv('activation:page.refused')).waitFor()
    await page.goto('about:blank')
    await page.goto(`${server.url}/activate`)
    await page.getByText(t('activation:page.noToken')).waitFor()
    await expectWhole(page, 'activation-no-token')
    expect(troubles).toEqual([])
    await context.close()
  })

  it('takes the export of a chat from his phone', async () => {
    const { page, context, troubles } = await visit(browser, { width: 390 })
    await page.goto(await linkFor(ben, 'en'))
    await page.getByText(t('activation:answer.given')).waitFor()
    const section = page.locator('input[type=file]').nth(1)
    await section.setInputFiles({
      name: 'WhatsApp Chat with Carl.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('19/03/2026, 09:00 - Carl: good morning\n19/03/2026, 09:01 - Ben: prices?\n'),
    })
    await page
      .getByRole('button', { name: t('activation:step.send') })
      .nth(1)
      .click()
    await page.getByText(t('activation:step.sent', { captured: '2', duplicates: '0' })).waitFor()
    expect(troubles).toEqual([])
    await context.close()
  })
})

describe.skipIf(!hasChromium)(`the administrator's page of activation${whyNot}`, () => {
  it('shows who stands where, whole in each language and width', async () => {
    const users = await registeredUsers(firm.site, firm.account)
    const scope = { account: firm.account, source: 'whatsapp-cloud', users }
    await noteCaptured(firm.site.database, scope, [ada], firm.site.clock.now())
    const { page, context, troubles } = await visit(browser)
    await signIn(page, server, t)
    await page.goto(`${server.url}/archiver-site/${firm.account.id}`)
    await page.getByRole('link', { name: t('activation:admin.open') }).click()
    await page.getByText('Ada Trader').first().waitFor()
    await page.getByText(t('activation:state.active')).first().waitFor()
    await lookAt(browser, page, 'activation-admin', (one) => one.getByText('Ada Trader').first().waitFor())
    expect(troubles).toEqual([])
    await context.close()
  })

  it('invites, withdraws, publishes and lets somebody leave', async () => {
    const { page, context, troubles } = await visit(browser)
    await signIn(page, server, t)
    await page.goto(`${server.url}/archiver-site/${firm.account.id}/activation`)
    await page.getByRole('button', { name: t('activation:users.inviteAll') }).click()
    await page.getByText(t('activation:invited.title')).waitFor()
    await page.getByText(/\/activate#[\w-]{32}$/).waitFor()
    const name = 'Ada Trader'
    await page.getByRole('button', { name: t('activation:users.withdrawOne', { name }) }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: t('activation:users.withdraw') }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText(t('activation:consent.withdrawn')).waitFor()
    await page.getByRole('button', { name: t('activation:notices.write') }).click()
    await dialog.getByLabel(t('activation:notice.keeping')).fill('Ten years.')
    await expectWhole(page, 'activation-notice-editor')
    await dialog.getByRole('button', { name: t('activation:notices.publish') }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText(t('activation:users.outdated')).first().waitFor()
    await page.getByRole('button', { name: t('activation:users.leaveOne', { name }) }).click()
    await dialog.getByRole('button', { name: t('activation:users.leave'), exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText(t('activation:state.left')).first().waitFor()
    expect(await answerOf(ada)).toMatchObject({ leftAt: expect.any(Date) })
    expect(troubles).toEqual([])
    await context.close()
  })

  it('has a conversation excluded that somebody else has to approve', async () => {
    const { page, context, troubles } = await visit(browser, { width: 390 })
    await signIn(page, server, t)
    await page.goto(`${server.url}/archiver-site/${firm.account.id}/activation`)
    await page.getByRole('button', { name: t('activation:exclusions.propose') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('activation:exclusions.conversation')).fill('family@g.us')
    await dialog.getByLabel(t('activation:exclusions.reason')).fill('A private chat.')
    await expectWhole(page, 'activation-propose')
    await dialog.getByRole('button', { name: t('activation:exclusions.propose') }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText(t('activation:exclusion.proposed'), { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: t('activation:exclusions.approve') }).count()).toBe(0)
    expect(await page.getByText('family@g.us').count()).toBe(0)
    expect(troubles).toEqual([])
    await context.close()
  })
})
