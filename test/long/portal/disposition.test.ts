/** The pages of disposition and of the integrity log: two people approve, retention runs, and what went is proven. */
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUser, type Principal } from '../../../src/access/index.ts'
import { signCheckpoint } from '../../../src/archive/log/index.ts'
import { suspensionName } from '../../../src/backup/index.ts'
import { ada, type HoldsWorld, openHoldsWorld } from '../../../src/compliance/holds/holds-world.fixture.ts'
import {
  createRetentionLabel,
  type DisposalCertificate,
  type NewRetentionLabel,
  runRetention,
  setDefaultLabel,
} from '../../../src/compliance/retention/index.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { provenEntry } from '../../journey/proven-entry.ts'
import { hasChromium, openChromium, visit, whyNot } from './chromium.ts'
import { expectWhole, figure, lookAt } from './looks.ts'
import { administrator, signIn } from './people.ts'
import { comeInFirst, servePortal } from './served.ts'
import { textsOf } from './texts.ts'

const t = textsOf('en')

let world: HoldsWorld
let portal: Portal
let server: RunningServer
let browser: Browser

const label: NewRetentionLabel = {
  ...{ name: 'Deal chat', action: 'delete', period: { count: 1, unit: 'days' }, starts: 'created' },
  ...{ record: 'none', query: null, early: true },
  reviewStages: [['rita.reviewer'], ['Records Management']],
}

beforeAll(async () => {
  if (!hasChromium) return
  world = await openHoldsWorld()
  world.firm.setClock(new Date().toISOString())
  const { centre } = world.firm
  await world.chat(ada, 'one', ['lunch on Friday?', 'the merger is on', 'nothing of note', 'see you'])
  await createRetentionLabel(centre, label, 'test')
  await createRetentionLabel(
    centre,
    { ...label, name: 'Keep', action: 'retain', period: null, reviewStages: [] },
    'test',
  )
  await setDefaultLabel(centre, [await world.mailboxId('ada@firm.example')], 'Deal chat')
  await runRetention(centre, { requestedBy: 'schedule' })
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

/** Invited into a role group, somebody chooses a password and is in. */
async function comeInAs(username: string, name: string, group: string) {
  const by = { username: administrator.username } as Principal
  const invited = { username, name, email: null }
  const { user, link } = await createUser(portal.parts.access, by, server.url, invited)
  await world.firm.asOwner(
    `insert into role_group_member (role_group_id, user_id, added_by, added_at)
     select id, ${user.id}, 'test', now() from role_group where name = '${group}'`,
  )
  const visited = await visit(browser)
  const { page } = visited
  await page.goto(link.url)
  await page.getByLabel(t('general:password.new')).fill(administrator.password)
  await page.getByLabel(t('general:password.repeat')).fill(administrator.password)
  await page.getByRole('button', { name: t('session:welcome.submit') }).click()
  await page.getByRole('button', { name: t('general:account.menu', { name }) }).waitFor()
  return visited
}

async function openReview(page: Page): Promise<void> {
  await page
    .getByRole('link', { name: t('general:area.disposition') })
    .first()
    .click()
  await page.getByRole('link', { name: t('disposition:tabs.reviews'), exact: true }).click()
  await page.getByRole('link', { name: 'Deal chat' }).click()
  await page.getByRole('button', { name: t('disposition:review.chooseAll') }).waitFor()
}

async function decide(
  page: Page,
  act: string,
  fill: (dialog: ReturnType<Page['getByRole']>) => Promise<unknown>,
) {
  await page.getByRole('button', { name: act, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(t('disposition:reason')).fill('of no use any more')
  await fill(dialog)
  await dialog.getByRole('button', { name: act, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

describe.skipIf(!hasChromium)(`the pages of disposition${whyNot}`, () => {
  it('let one person approve after another, and show what went with a proof that holds', async () => {
    const rita = await comeInAs('rita.reviewer', 'Rita Reviewer', 'Compliance Data Administrator')
    await openReview(rita.page)
    expect(await rita.page.getByRole('row').count()).toBe(5)
    await rita.page.getByRole('button', { name: t('disposition:review.chooseAll') }).click()
    await lookAt(browser, rita.page, 'disposition-review', (one) =>
      one.getByText('ada@firm.example').first().waitFor(),
    )
    await decide(rita.page, t('disposition:act.approve'), () =>
      expectWhole(rita.page, 'disposition-approve-en-1280'),
    )
    await rita.page.getByText(t('disposition:reviews.none')).waitFor()

    const rex = await comeInAs('rex.records', 'Rex Records', 'Records Management')
    const { page } = rex
    await openReview(page)
    await page.getByText('rita.reviewer').first().waitFor()
    await page.getByRole('checkbox').first().check()
    await decide(page, t('disposition:act.relabel'), (dialog) =>
      dialog.getByLabel(t('disposition:column.label')).selectOption('Keep'),
    )
    await expect.poll(() => page.getByRole('row').count()).toBe(4)
    await page.getByRole('checkbox').first().check()
    await decide(page, t('disposition:act.extend'), (dialog) =>
      dialog.getByLabel(t('disposition:until')).fill('2099-01-01'),
    )
    await expect.poll(() => page.getByRole('row').count()).toBe(3)
    await page
      .getByRole('button', { name: /^Decisions on/ })
      .first()
      .click()
    await page.getByRole('dialog').getByText('of no use any more').waitFor()
    await expectWhole(page, 'disposition-history-en-1280')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: t('disposition:review.chooseAll') }).click()
    await decide(page, t('disposition:act.approve'), async () => {})
    await page.getByText(t('disposition:reviews.none')).waitFor()
    await page.getByRole('link', { name: t('disposition:tabs.reviews'), exact: true }).click()
    await page.getByLabel(t('disposition:reviews.everybody')).click()
    await lookAt(browser, page, 'disposition-reviews', (one) =>
      one.getByText('of no use any more').first().waitFor(),
    )

    expect(await runRetention(world.firm.centre, { requestedBy: 'schedule' })).toMatchObject({ disposed: 2 })
    await page.getByRole('link', { name: t('disposition:tabs.disposed'), exact: true }).click()
    const listed = page.getByRole('region', { name: t('disposition:tabs.disposed') })
    await expect.poll(() => listed.getByRole('row').count()).toBe(3)
    await lookAt(browser, page, 'disposition-disposed', (one) => one.locator('td').first().waitFor())
    const download = page.waitForEvent('download')
    await page
      .getByRole('link', { name: /^Download the proof of disposition/ })
      .first()
      .click()
    const certificate = JSON.parse(
      await readFile(await (await download).path(), 'utf8'),
    ) as DisposalCertificate
    expect(certificate.decisions.map(({ by }) => by)).toEqual(['rita.reviewer', 'rex.records'])
    const { disposed, imported, verifierKey } = certificate.log
    expect(provenEntry(disposed.proof, verifierKey)).toMatchObject({ kind: 'disposition', of: imported.leaf })
    await page.getByLabel(t('disposition:column.mailbox')).fill('ben@firm.example')
    await page.getByRole('button', { name: t('disposition:filter.search'), exact: true }).click()
    await page.getByText(t('disposition:disposed.none')).waitFor()

    await page.getByRole('link', { name: t('disposition:tabs.runs'), exact: true }).click()
    await page.getByText(t('disposition:runState.logical')).first().waitFor()
    await lookAt(browser, page, 'disposition-runs', (one) => one.getByRole('table').waitFor())
    await page
      .getByRole('button', { name: /^Open run/ })
      .first()
      .click()
    await page.getByRole('dialog').getByText(t('disposition:state.disposed')).waitFor()
    await expectWhole(page, 'disposition-run-en-1280')
    expect([...rita.troubles, ...rex.troubles]).toEqual([])
    await rita.context.close()
    await rex.context.close()
  }, 420_000)

  it('let dispositions go on after a restore when two people say so', async () => {
    const suspended = { since: new Date().toISOString(), backup: '2026-11-01T02:00:00.000Z' }
    await world.firm.pool.query('insert into installation values ($1, $2)', [
      suspensionName,
      JSON.stringify(suspended),
    ])
    const first = await comeInAs('olga.one', 'Olga One', 'Records Management')
    await first.page.goto(`${server.url}/disposition`)
    await first.page.getByRole('button', { name: t('disposition:suspension.ask') }).click()
    const dialog = first.page.getByRole('dialog')
    await dialog.getByLabel(t('disposition:reason')).fill('Three holds were placed again.')
    await dialog.getByLabel(t('disposition:suspension.withoutLog')).check()
    await dialog.getByRole('button', { name: t('disposition:suspension.ask') }).click()
    await first.page.getByRole('button', { name: t('disposition:suspension.withdraw') }).waitFor()
    expect(await first.page.getByRole('button', { name: t('disposition:suspension.agree') }).count()).toBe(0)
    const second = await comeInAs('tom.two', 'Tom Two', 'Records Management')
    await second.page.goto(`${server.url}/disposition`)
    const agree = second.page.getByRole('button', { name: t('disposition:suspension.agree') })
    await agree.waitFor()
    await lookAt(browser, second.page, 'disposition-suspended', (one) =>
      one.getByText('Three holds were placed again.').waitFor(),
    )
    await agree.click()
    await second.page.getByText(t('disposition:suspension.title')).waitFor({ state: 'hidden' })
    await first.context.close()
    await second.context.close()
  }, 120_000)

  it('show what the integrity log signed last', async () => {
    const { root, size } = await signCheckpoint(world.firm.centre)
    const { page, context, troubles } = await visit(browser)
    await signIn(page, server, t)
    await page
      .getByRole('link', { name: t('general:area.integrityLog') })
      .first()
      .click()
    await page.getByText(root.toString('base64')).waitFor()
    expect(await figure(page, t('integrity:reach.signed'))).toBe(String(size))
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: t('integrity:checkpoint.download') }).click()
    const note = await readFile(await (await download).path(), 'utf8')
    expect(note).toContain(root.toString('base64'))
    await lookAt(browser, page, 'integrity-log', (one) => one.getByText(root.toString('base64')).waitFor())
    expect(troubles).toEqual([])
    await context.close()
  }, 120_000)
})
