/** The pages Retention: a policy is drafted, simulated, switched on by a second person and locked; items are labelled. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ada,
  ben,
  type HoldsWorld,
  openHoldsWorld,
} from '../../../src/compliance/holds/holds-world.fixture.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { hasChromium, openChromium, visit, whyNot } from './chromium.ts'
import { expectWhole, figure, lookAt } from './looks.ts'
import { callAs, signIn } from './people.ts'
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
  await world.chat(ada, 'one', ['lunch on Friday?', 'the merger is on', 'invoice 7'])
  await world.chat(ben, 'two', ['the lease ends in May', 'nothing of note'])
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

/** A member of Records Management, come in by the link the administrator gave him. */
async function secondPerson(administrator: Page) {
  const api = await callAs(administrator)
  const { user, link } = await api<{ user: { id: number }; link: { url: string } }>('POST', '/api/users', {
    ...{ username: 'rolf.records', name: 'Rolf Records', email: null },
  })
  await world.firm.pool.query(
    `insert into role_group_member (role_group_id, user_id, added_by, added_at)
     select id, $1, 'test', now() from role_group where name = 'Records Management'`,
    [user.id],
  )
  const visited = await visit(browser)
  await visited.page.goto(link.url)
  await visited.page.getByLabel(t('general:password.new')).fill('seven green kettles humming')
  await visited.page.getByLabel(t('general:password.repeat')).fill('seven green kettles humming')
  await visited.page.getByRole('button', { name: t('session:welcome.submit') }).click()
  await visited.page
    .getByRole('button', { name: t('general:account.menu', { name: 'Rolf Records' }) })
    .waitFor()
  return visited
}

/** Somebody was wrong, and begins again. */
async function draftAndDelete(page: Page): Promise<void> {
  await press(page, t('retention:policies.add'))
  await page.getByLabel(t('retention:field.preset')).selectOption('MiFID II')
  await page.getByLabel(t('retention:field.name'), { exact: false }).first().fill('Chatts')
  await press(page, t('retention:edit.create'))
  await press(page, t('retention:delete.action'))
  await expectWhole(page, 'retention-delete-en-1280')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('retention:delete.action') })
    .click()
  await page.getByText(t('retention:policies.none')).waitFor()
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

describe.skipIf(!hasChromium)(`the pages Retention${whyNot}`, () => {
  it('draft a policy, simulate it, have a second person switch it on, and lock it', async () => {
    const { page, context, troubles } = await visit(browser)
    page.setDefaultTimeout(60_000)
    await signIn(page, server, t)
    await page
      .getByRole('link', { name: t('general:area.retention') })
      .first()
      .click()
    await page.getByText(t('retention:policies.none')).waitFor()
    await draftAndDelete(page)
    await press(page, t('retention:policies.add'))
    await page.getByLabel(t('retention:field.preset')).selectOption('MiFID II')
    expect(await page.getByLabel(t('retention:field.basis')).inputValue()).toContain('2014/65/EU')
    await page.getByLabel(t('retention:field.name'), { exact: false }).first().fill('Chats')
    await page.getByLabel(t('retention:column.action')).selectOption('retain-then-delete')
    await page.getByLabel(t('retention:field.unit')).selectOption('days')
    await page.getByLabel(t('retention:field.count')).fill('30')
    await page.getByLabel(t('retention:column.scope')).selectOption('static')
    expect(await page.getByRole('button', { name: t('retention:edit.create') }).isDisabled()).toBe(true)
    await page.getByRole('textbox', { name: t('retention:field.mailboxes') }).fill('ada@firm.example')
    await page.getByRole('switch', { name: t('retention:early.label') }).click()
    await expectWhole(page, 'retention-new-en-1280')
    await press(page, t('retention:edit.create'))

    await page.getByText(t('retention:next.simulate')).waitFor()
    await press(page, t('retention:simulation.start'))
    await page.getByText(t('retention:simulation.sampleGone')).first().waitFor()
    expect(await figure(page, t('retention:simulation.disposed'))).toBe('3')
    await press(page, t('retention:ask.action'))
    await page.getByText(t('retention:decide.waits')).waitFor()
    expect(await page.getByRole('button', { name: t('retention:decide.approve') }).count()).toBe(0)

    const second = await secondPerson(page)
    await second.page.goto(page.url())
    await second.page.getByRole('button', { name: t('retention:decide.approve') }).waitFor()
    await lookAt(browser, second.page, 'retention-asked', (one) =>
      one.getByText('ada@firm.example').first().waitFor(),
    )
    await press(second.page, t('retention:decide.approve'))
    await second.page.getByText(t('retention:state.on'), { exact: true }).waitFor()
    await second.context.close()

    await page.reload()
    await press(page, t('retention:lock.action'))
    const dialog = page.getByRole('dialog')
    const lock = dialog.getByRole('button', { name: t('retention:lock.action') })
    expect(await lock.isDisabled()).toBe(true)
    await dialog.getByLabel(t('retention:lock.name')).fill('Chats')
    await expectWhole(page, 'retention-lock-en-1280')
    await lock.click()
    await page.getByText(t('retention:lock.isLocked')).waitFor()
    expect(await page.getByRole('button', { name: t('retention:off.action') }).count()).toBe(0)
    await press(page, t('retention:extend.action'))
    await dialog.getByLabel(t('retention:field.count')).fill('29')
    await press(page, t('general:action.save'))
    await dialog.getByText(/longer and wider only/).waitFor()
    await expectWhole(page, 'retention-extend-refused-en-1280')
    await dialog.getByLabel(t('retention:field.count')).fill('60')
    await press(page, t('general:action.save'))
    await page.getByText(t('retention:period.days_other', { number: '60' })).waitFor()
    await lookAt(browser, page, 'retention-locked', (one) =>
      one.getByText('ada@firm.example').first().waitFor(),
    )
    await page.goto(`${server.url}/retention`)
    await lookAt(browser, page, 'retention-policies', (one) =>
      one.getByRole('link', { name: 'Chats', exact: true }).waitFor(),
    )
    expect(troubles.concat(second.troubles)).toEqual([])
    await context.close()
  }, 400_000)

  it('make a scope of what the directory says, and a policy for it', async () => {
    const { page, context, troubles } = await visit(browser)
    page.setDefaultTimeout(60_000)
    await signIn(page, server, t)
    await page.goto(`${server.url}/retention/scopes`)
    await press(page, t('retention:scopes.add'))
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('retention:field.name')).fill('The traders')
    await dialog.getByLabel(t('retention:scopes.attribute')).selectOption('name')
    await dialog.getByLabel(t('retention:scopes.operator')).selectOption('starts-with')
    await dialog.getByLabel(t('retention:scopes.value')).fill('ada')
    await press(page, t('retention:scopes.preview'))
    await dialog.getByText('ada@firm.example').waitFor()
    await expectWhole(page, 'retention-scope-new-en-1280')
    await press(page, t('retention:scopes.create'))
    await page.getByRole('link', { name: 'The traders' }).waitFor()
    await lookAt(browser, page, 'retention-scopes', (one) =>
      one.getByRole('link', { name: 'The traders' }).waitFor(),
    )
    await page.getByRole('link', { name: 'The traders' }).click()
    await page.getByText('ada@firm.example').waitFor()
    await lookAt(browser, page, 'retention-scope', (one) => one.getByText('ada@firm.example').waitFor())
    await page.goto(`${server.url}/retention/policies/new`)
    await page.getByLabel(t('retention:field.name'), { exact: false }).first().fill('Traders')
    await page.getByLabel(t('retention:column.scope')).selectOption('adaptive')
    await page.getByLabel(t('retention:field.adaptiveScope')).selectOption({ label: 'The traders' })
    await lookAt(browser, page, 'retention-new', (one) =>
      one
        .getByLabel(textsOf('en')('retention:field.basis'))
        .or(one.locator('textarea').last())
        .first()
        .waitFor(),
    )
    await press(page, t('retention:edit.create'))
    await press(page, t('retention:simulation.start'))
    await page.getByText(t('retention:simulation.sampleKept')).first().waitFor()
    expect(await figure(page, t('retention:simulation.inScope'))).toBe('3')
    expect(troubles).toEqual([])
    await context.close()
  }, 400_000)

  it('make labels, and give them by query, by search, by default and from an event on', async () => {
    const { page, context, troubles } = await visit(browser)
    page.setDefaultTimeout(60_000)
    await signIn(page, server, t)
    await page.goto(`${server.url}/retention/labels`)
    await page.getByText(t('retention:labels.none')).waitFor()
    await press(page, t('retention:labels.add'))
    await page.getByLabel(t('retention:field.name'), { exact: false }).first().fill('Invoices')
    await page.getByLabel(t('retention:field.query')).fill('invoice')
    await page.getByLabel(t('retention:column.record')).selectOption('regulatory')
    await page.getByText(t('retention:record.regulatoryText')).waitFor()
    await expectWhole(page, 'retention-label-new-en-1280')
    await press(page, t('retention:labels.create'))
    await page.getByText('Invoices').first().waitFor()

    await page.goto(`${server.url}/retention/labels/new`)
    await page.getByLabel(t('retention:field.name'), { exact: false }).first().fill('Leases')
    await page.getByLabel(t('retention:column.action')).selectOption('retain-then-delete')
    await page.getByLabel(t('retention:field.starts')).selectOption('event')
    await page.getByLabel(t('retention:field.review')).fill('rolf.records')
    await press(page, t('retention:labels.create'))
    await press(page, t('retention:give.found'))
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('retention:give.query')).fill('lease')
    await expectWhole(page, 'retention-label-found-en-1280')
    await press(page, t('retention:give.label'))
    await page.getByText(t('retention:labels.applied_one', { count: '1' })).waitFor()
    await press(page, t('retention:give.event'))
    await dialog.getByLabel(t('retention:give.day')).fill('2026-05-31')
    await dialog.getByLabel(t('retention:give.query')).fill('lease')
    await expectWhole(page, 'retention-label-event-en-1280')
    await dialog.getByRole('button', { name: t('retention:give.event') }).click()
    await page.getByText(t('retention:give.noted_one', { count: '1' })).waitFor()
    await press(page, t('retention:give.default'))
    await dialog.getByLabel(t('retention:field.mailboxes')).fill('ben@firm.example')
    await press(page, t('general:action.save'))
    await page.getByText(t('retention:give.defaultOf')).waitFor()
    await lookAt(browser, page, 'retention-label', (one) => one.getByText('ben@firm.example').waitFor())
    await press(page, t('retention:give.default'))
    await dialog.getByLabel(t('retention:field.mailboxes')).fill('ada@firm.example')
    await expectWhole(page, 'retention-label-default-en-1280')
    await press(page, t('general:action.save'))
    await page.getByText('ada@firm.example').waitFor()
    await expect.poll(() => page.getByText('ben@firm.example').count()).toBe(0)

    await page.goto(`${server.url}/retention/labels`)
    await press(page, t('retention:labels.apply'))
    await page.getByText(t('retention:labels.applied_one', { count: '1' })).waitFor()
    await lookAt(browser, page, 'retention-labels', (one) =>
      one.getByRole('link', { name: 'Leases' }).waitFor(),
    )
    expect(
      await world.rows(
        `select name, origin, event_at is not null as event from item_label join retention_label on id = label_id order by name`,
      ),
    ).toEqual([
      { name: 'Invoices', origin: 'query', event: false },
      { name: 'Leases', origin: 'manual', event: true },
    ])
    expect(troubles).toEqual([])
    await context.close()
  }, 400_000)
})
