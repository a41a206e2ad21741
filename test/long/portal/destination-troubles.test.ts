/** What an administrator sees of a destination where something is wrong, and how it is put right. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dovecotMissing } from '../../dovecot.ts'
import { openChromium, type Visit, visit, whyNot } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { expectWhole, figure, lookAt, looks } from './looks.ts'
import { type MailServer, startMailServer } from './mail-server.ts'
import { administrator, callAs, comeInByLink, signIn } from './people.ts'
import { forgetProofs } from './sessions.ts'
import { type Text, textsOf } from './texts.ts'

const missing = whyNot || (dovecotMissing === null ? '' : ` (skipped: ${dovecotMissing})`)
const name = 'Mail server of the head office'
const folder = 'WhatsApp Archiver'
/** She has no mailbox on the mail server at first. */
const absent = 'amelia.hart@lanternquay.example'
const present = 'owen.calloway@lanternquay.example'
const t = textsOf('en')

let demo: Demo
let browser: Browser
let server: MailServer
let place: string

beforeAll(async () => {
  if (missing !== '') return
  demo = await startDemo()
  browser = await openChromium()
  await comeInByLink(browser, demo)
  const { page, context } = await visit(browser)
  await signIn(page, demo, t)
  const api = await callAs(page)
  const { items } = await api<{ items: { address: string }[] }>('GET', '/api/mailboxes?limit=100')
  server = await startMailServer(items.map(({ address }) => address).filter((one) => one !== absent))
  const { id } = await api<{ id: number }>('POST', '/api/destinations', {
    ...{ name, kind: 'imap', secret: { password: server.master.password } },
    settings: {
      ...{ host: server.host, port: server.port, tls: 'none-loopback-only' },
      ...{ login: 'master-user', masterUser: server.master.user },
    },
  })
  place = `${demo.url}/connectors/destinations/${id}`
  const connectors = await api<{ id: number; name: string }[]>('GET', '/api/connectors')
  const whatsapp = connectors.find((one) => one.name === 'whatsapp')!
  await api('POST', `/api/destinations/${id}/connectors/${whatsapp.id}`, { history: true })
  await context.close()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
  server?.stop()
})

async function openDestination(options: Parameters<typeof visit>[1] = {}, own: Text = t): Promise<Visit> {
  const visited = await visit(browser, options)
  await signIn(visited.page, demo, own)
  await visited.page.goto(place)
  await visited.page.getByRole('heading', { name, level: 1 }).waitFor()
  return visited
}

/** Number of items that were delivered. */
function delivered(page: Page): Promise<number> {
  return figure(page, t('delivery:count.delivered')).then(Number)
}

async function choose(page: Page, own: Text, act: string): Promise<void> {
  await page.getByRole('button', { name: own('delivery:act.more'), exact: true }).click()
  await page.getByRole('menuitem', { name: own(act) }).click()
}

describe.skipIf(missing !== '')(`a destination in trouble${missing}`, () => {
  it('holds the mailbox that is not there, says why, and delivers to it on Retry once it is', async () => {
    const { page, context, troubles } = await openDestination()
    const held = page.getByRole('table', { name: t('delivery:held.title') })
    await held.waitFor({ timeout: 60_000 })
    expect(await held.getByRole('row').count()).toBe(2)
    expect(await held.textContent()).toContain(t('delivery:reason.mailboxNotFound'))
    await expect.poll(() => delivered(page), { timeout: 60_000 }).toBeGreaterThan(0)
    await lookAt(browser, page, 'destination-held', (one) => one.getByRole('table').first().waitFor())

    server.add(absent)
    const before = await delivered(page)
    await held.getByRole('button', { name: t('delivery:held.retryOne', { mailbox: absent }) }).click()
    await expect.poll(() => figure(page, t('delivery:count.waiting')), { timeout: 60_000 }).toBe('0')
    await held.waitFor({ state: 'hidden', timeout: 60_000 })
    expect(await delivered(page)).toBeGreaterThan(before)
    expect(troubles).toEqual([])
    await context.close()
  })

  it('tells what is missing, changed and extra there, and delivers again what is missing', async () => {
    const { page, context, troubles } = await openDestination()
    const run = page.getByRole('button', { name: t('delivery:reconcile.run'), exact: true })
    await page.getByText(t('delivery:reconcile.never')).waitFor()
    await run.click()
    await page.getByText(t('delivery:reconcile.clean')).waitFor({ timeout: 60_000 })
    await disturbFolder()
    await run.click()
    const differences = page.getByRole('table', { name: t('delivery:reconcile.differences') })
    await differences.waitFor({ timeout: 60_000 })
    expect(await figure(page, t('delivery:difference.missing'))).toBe('1')
    expect(await figure(page, t('delivery:difference.changed'))).toBe('1')
    expect(await figure(page, t('delivery:difference.extra'))).toBe('1')
    expect(await differences.textContent()).toContain('<minutes@elsewhere.example>')
    await lookAt(browser, page, 'destination-reconciled', (one) => one.getByRole('table').last().waitFor())
    await page.getByRole('button', { name: t('delivery:reconcile.again') }).click()
    await page.getByText(t('delivery:reconcile.putBack_one', { number: '1' })).waitFor({ timeout: 60_000 })
    await expect.poll(() => figure(page, t('delivery:count.waiting')), { timeout: 60_000 }).toBe('0')
    await run.click()
    await expect.poll(() => figure(page, t('delivery:difference.missing')), { timeout: 60_000 }).toBe('0')
    expect(await figure(page, t('delivery:difference.extra'))).toBe('1')
    expect(troubles).toEqual([])
    await context.close()
  })

  it.each(looks)('tells the later of two who change it, and keeps what he typed: $language', async (look) => {
    const own = textsOf(look.language)
    const [first, second] = [await openDestination(look, own), await openDestination()]
    const port = async ({ page }: Visit, text: Text, connections: string) => {
      await choose(page, text, 'delivery:act.change')
      await page.getByRole('dialog').getByLabel(text('delivery:field.connections')).fill(connections)
    }
    const typed = '3'
    await port(first, own, typed)
    const others = String(looks.indexOf(look) + 5)
    await port(second, t, others)
    await second.page.getByRole('button', { name: t('delivery:change.save') }).click()
    await second.page.getByRole('dialog').waitFor({ state: 'hidden' })

    const dialog = first.page.getByRole('dialog')
    await dialog.getByRole('button', { name: own('delivery:change.save') }).click()
    await dialog.getByRole('alert').waitFor()
    const field = dialog.getByLabel(own('delivery:field.connections'))
    expect(await field.inputValue()).toBe(typed)
    await expectWhole(first.page, `destination-changed-meanwhile-${look.language}-${look.width}`)
    await dialog.getByRole('button', { name: own('connectors:changed.takeOver') }).click()
    await expect.poll(() => field.inputValue()).toBe(others)
    await dialog.getByRole('button', { name: own('general:action.cancel') }).click()
    for (const { context, troubles } of [first, second]) {
      expect(troubles).toEqual([])
      await context.close()
    }
  })

  it.each(looks)('is not removed before one has proved who one is: $language', async (look) => {
    const own = textsOf(look.language)
    const { page, context, troubles } = await openDestination(look, own)
    await forgetProofs(demo)
    await choose(page, own, 'delivery:act.remove')
    const remove = page.getByRole('dialog').getByRole('button', { name: own('delivery:act.remove') })
    await remove.click()
    const question = page.getByRole('dialog', { name: own('session:confirm.title') })
    await question.getByLabel(own('session:password')).fill('not the password')
    await expectWhole(page, `destination-identity-${look.language}-${look.width}`)
    await question.getByRole('button', { name: own('session:confirm.submit') }).click()
    await question.getByRole('alert').waitFor()
    await question.getByRole('button', { name: own('general:action.cancel') }).click()
    await expectWhole(page, `destination-not-proved-${look.language}-${look.width}`)
    expect(await destinationCount(page)).toBe(1)
    expect(troubles).toEqual([])
    await context.close()
  })

  it('is removed by whoever proves it, without asking for the act again', async () => {
    const { page, context, troubles } = await openDestination()
    await forgetProofs(demo)
    await choose(page, t, 'delivery:act.remove')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('delivery:act.remove') })
      .click()
    const question = page.getByRole('dialog', { name: t('session:confirm.title') })
    await question.getByLabel(t('session:password')).fill(administrator.password)
    await question.getByRole('button', { name: t('session:confirm.submit') }).click()
    await page.getByText(t('delivery:none.title')).waitFor()
    expect(await destinationCount(page)).toBe(0)
    expect(troubles).toEqual([])
    await context.close()
  })
})

/** One e-mail is thrown away, one is written over with something longer, and one comes from elsewhere. */
async function disturbFolder(): Promise<void> {
  await server.within(present, folder, async (client) => {
    const { source, internalDate } = (await client.fetchOne('1', { source: true, internalDate: true })) as {
      source: Buffer
      internalDate: Date
    }
    await client.append(
      folder,
      Buffer.concat([source, Buffer.from('And a line that nobody wrote.\r\n')]),
      [],
      internalDate,
    )
    await client.append(
      folder,
      'Message-ID: <minutes@elsewhere.example>\r\nSubject: Minutes\r\n\r\nOf another day.\r\n',
    )
    await client.messageDelete('1,2')
  })
}

async function destinationCount(page: Page): Promise<number> {
  const api = await callAs(page)
  return (await api<unknown[]>('GET', '/api/destinations')).length
}
