/** The directory as an administrator meets it: Microsoft Graph set up, looked at beforehand, synced, and ended. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clientId,
  clientSecret,
  tenantId,
  unlicensed,
} from '../../../src/directory/directory-world.fixture.ts'
import {
  cutChoices,
  hasChromium,
  openChromium,
  type Visit,
  type VisitOptions,
  visit,
  whyNot,
} from './chromium.ts'
import { type DirectoryPortal, startDirectoryPortal } from './directory-portal.ts'
import { expectWhole, figure, lookAt, looks } from './looks.ts'
import { administrator, comeInByLink, signIn } from './people.ts'
import { type Text, textsOf } from './texts.ts'

const t = textsOf('en')
const traders = ['ada', 'bo', 'cy', 'di', 'eve', 'finn', 'gus', 'hal', 'ida', 'jo']

let portal: DirectoryPortal
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  portal = await startDirectoryPortal()
  browser = await openChromium()
  await comeInByLink(browser, portal)
  for (const trader of traders) portal.tenant.put(trader)
  portal.tenant.put('temp', { ...unlicensed, mobilePhone: '+44 7700 900110' })
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await portal?.close()
})

async function openDirectory(options: VisitOptions = {}, own: Text = t): Promise<Visit> {
  const visited = await visit(browser, options)
  await signIn(visited.page, portal, own)
  await visited.page.goto(`${portal.url}/mailboxes/directory`)
  await visited.page.getByRole('heading', { name: own('directory:origins.title') }).waitFor()
  return visited
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
}

describe.skipIf(!hasChromium)(`the directory${whyNot}`, () => {
  it('is told where it may come from before anything is set up', async () => {
    const { page, context, troubles } = await openDirectory()
    await page.getByText(`${portal.url}/scim/v2`).waitFor()
    await page.getByRole('button', { name: t('directory:graph.setUp') }).waitFor()
    await lookAt(browser, page, 'directory-empty', (one) => one.getByText('/scim/v2').waitFor())
    await page.getByRole('link', { name: t('directory:scim.tokens') }).click()
    await page.getByRole('heading', { name: t('account:tokens.title') }).waitFor()
    expect(troubles).toEqual([])
    await context.close()
  })

  it.each(looks)('asks for the application as a destination does: $language', async (look) => {
    const own = textsOf(look.language)
    const { page, context, troubles } = await openDirectory({ ...look, height: 1_600 }, own)
    await press(page, own('directory:graph.setUp'))
    await page.getByRole('dialog').getByLabel(own('delivery:field.tenant')).fill(tenantId)
    await expectWhole(page, `directory-panel-${look.language}-${look.width}`)
    expect(await cutChoices(page)).toEqual([])
    expect(troubles).toEqual([])
    await context.close()
  })

  it('is set up with a secret, by somebody who proves who he is, and keeps it when changed', async () => {
    const { page, context, troubles } = await openDirectory()
    await portal.forgetProofs()
    await press(page, t('directory:graph.setUp'))
    const panel = page.getByRole('dialog', { name: t('directory:graph.setUp') })
    await panel.getByLabel(t('delivery:field.tenant')).fill(tenantId)
    await panel.getByLabel(t('delivery:field.client')).fill(clientId)
    await panel.getByLabel(t('delivery:field.credential')).selectOption('secret')
    await panel.getByLabel(t('delivery:field.clientSecret')).fill(clientSecret)
    await panel.getByRole('button', { name: t('general:action.save') }).click()
    const question = page.getByRole('dialog', { name: t('session:confirm.title') })
    await question.getByLabel(t('session:password')).fill(administrator.password)
    await question.getByRole('button', { name: t('session:confirm.submit') }).click()
    await panel.waitFor({ state: 'hidden' })
    await page.getByText(clientId).waitFor()

    await press(page, t('directory:graph.change'))
    const change = page.getByRole('dialog')
    const secret = change.getByLabel(t('delivery:field.clientSecret'))
    const save = change.getByRole('button', { name: t('general:action.save') })
    expect(await secret.inputValue()).toBe('')
    expect(await save.isEnabled()).toBe(true)
    await change.getByLabel(t('delivery:field.tenant')).fill('elsewhere.example')
    expect(await save.isEnabled()).toBe(false)
    await change.getByRole('button', { name: t('general:action.cancel') }).click()
    expect(troubles).toEqual([])
    await context.close()
  })

  it.each(looks)('shows what a sync would change, and changes nothing: $language', async (look) => {
    const own = textsOf(look.language)
    const { page, context, troubles } = await openDirectory(look, own)
    await press(page, own('directory:sync.plan'))
    await page.getByRole('heading', { name: own('directory:report.plan') }).waitFor()
    expect(await figure(page, own('directory:kind.added'))).toBe(String(traders.length))
    await expectWhole(page, `directory-plan-${look.language}-${look.width}`)
    expect(await figure(page, own('directory:origin.graph'))).toBe('0')
    expect(troubles).toEqual([])
    await context.close()
  })

  it('syncs, and then only what has changed; who cannot be taken is named', async () => {
    const { page, context, troubles } = await openDirectory()
    await press(page, t('directory:sync.now'))
    await page.getByRole('heading', { name: t('directory:report.done') }).waitFor()
    await expect.poll(() => figure(page, t('directory:origin.graph'))).toBe(String(traders.length))

    portal.tenant.put('ada', { department: 'Compliance', jobTitle: 'Head of desk' })
    portal.tenant.put('bo', { accountEnabled: false })
    portal.tenant.put('twin', { mail: 'cy@firm.example', proxyAddresses: ['SMTP:cy@firm.example'] })
    await press(page, t('directory:sync.now'))
    const changes = page.getByRole('table', { name: t('directory:report.changes') })
    await changes.getByText('Compliance').waitFor()
    expect(await figure(page, t('directory:kind.deactivated'))).toBe('1')
    expect(await page.getByRole('table', { name: t('directory:report.conflicts') }).textContent()).toContain(
      'twin',
    )
    await page.getByRole('heading', { name: t('directory:problems.title') }).waitFor()
    await expectWhole(page, 'directory-synced-en-1280')
    await lookAt(browser, page, 'directory-problems', (one) => one.getByRole('table').waitFor())
    expect(troubles).toEqual([])
    await context.close()
  })

  it('says why a sync failed, also to whoever comes later', async () => {
    const { page, context, troubles } = await openDirectory()
    portal.tenant.refuseNext(403, 'Authorization_RequestDenied')
    await press(page, t('directory:sync.now'))
    await page.getByRole('alert').getByText('User.Read.All').waitFor()
    await page.reload()
    await page.getByText(t('directory:problem.title')).waitFor()
    await lookAt(browser, page, 'directory-failed', (one) =>
      one.getByText('permission User.Read.All').last().waitFor(),
    )
    expect(troubles).toEqual([])
    await context.close()
  })

  it('makes many mailboxes inactive only when that was looked at and accepted', async () => {
    const { page, context, troubles } = await openDirectory()
    for (const leaver of traders.slice(3)) portal.tenant.remove(leaver)
    await press(page, t('directory:sync.now'))
    await page.getByText(t('directory:removals.title')).waitFor()
    await lookAt(browser, page, 'directory-stopped', (one) => one.getByRole('alert').waitFor())
    await press(page, t('directory:removals.look'))
    await page.getByRole('heading', { name: t('directory:report.plan') }).waitFor()
    await expectWhole(page, 'directory-stopped-plan-en-1280')
    await press(page, t('directory:removals.accept'))
    const dialog = page.getByRole('dialog')
    await expectWhole(page, 'directory-accept-en-1280')
    await dialog.getByRole('button', { name: t('directory:removals.accept') }).click()
    await page.getByRole('heading', { name: t('directory:report.done') }).waitFor()
    expect(await figure(page, t('directory:kind.deactivated'))).toBe(String(traders.length - 3))
    await page.getByText(t('directory:removals.title')).waitFor({ state: 'hidden' })
    expect(troubles).toEqual([])
    await context.close()
  })

  it('tells the later of two who change the application, and keeps what he typed', async () => {
    const [first, second] = [await openDirectory(), await openDirectory()]
    for (const [{ page }, cloud] of [
      [first, 'gcc-high'],
      [second, 'china'],
    ] as const) {
      await press(page, t('directory:graph.change'))
      const panel = page.getByRole('dialog')
      await panel.getByLabel(t('delivery:field.cloud')).selectOption(cloud)
      await panel.getByLabel(t('delivery:field.clientSecret')).fill(clientSecret)
    }
    await press(second.page, t('general:action.save'))
    await second.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await press(first.page, t('general:action.save'))
    const panel = first.page.getByRole('dialog')
    await panel.getByRole('alert').waitFor()
    expect(await panel.getByLabel(t('delivery:field.cloud')).inputValue()).toBe('gcc-high')
    await expectWhole(first.page, 'directory-changed-meanwhile-en-1280')
    await press(first.page, t('connectors:changed.keep'))
    await panel.getByRole('alert').waitFor({ state: 'hidden' })
    await press(first.page, t('general:action.save'))
    await panel.waitFor({ state: 'hidden' })
    await first.page.getByText(t('delivery:cloud.gccHigh')).waitFor()
    for (const { context, troubles } of [first, second]) {
      expect(troubles).toEqual([])
      await context.close()
    }
  })

  it('stops asking Graph when told to; the mailboxes stay', async () => {
    const { page, context, troubles } = await openDirectory()
    await press(page, t('directory:graph.stop'))
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('directory:graph.stop') })
      .click()
    await page.getByRole('button', { name: t('directory:graph.setUp') }).waitFor()
    expect(await figure(page, t('directory:origin.graph'))).toBe(String(traders.length))
    expect(troubles).toEqual([])
    await context.close()
  })
})
