/** The pages of alert review: who sees what, an alert worked by keyboard, draws, the report, relations. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedRoleGroups } from '../../../src/access/role-groups.ts'
import { openSession } from '../../../src/access/sessions.ts'
import { activatePolicy, savePolicy } from '../../../src/compliance/supervision/index.ts'
import {
  openSupervisedFirm,
  policyOf,
  type SupervisedFirm,
} from '../../../src/compliance/supervision/supervision-world.fixture.ts'
import { raiseAlerts } from '../../../src/compliance/supervision-review/index.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { groupText } from '../../journey/wecom.ts'
import { hasChromium, openChromium, tabTo, type Visit, visit, whyNot } from './chromium.ts'
import { expectWhole, figure, lookAt } from './looks.ts'
import { servePortal } from './served.ts'
import { textsOf } from './texts.ts'

const t = textsOf('en')
const dayMs = 24 * 60 * 60_000

/** By user name: the mailbox that is his, and his role group. */
const people = {
  ann: [null, 'Communication Compliance Analysts'],
  rita: [null, 'Communication Compliance Investigators'],
  /** Wang of the firm, who reviews as well. */
  dora: ['wang@firm.example', 'Communication Compliance Investigators'],
  cora: [null, 'Communication Compliance Administrators'],
} as const

let world: SupervisedFirm
let portal: Portal
let server: RunningServer
let browser: Browser
let policies: Record<string, number>

beforeAll(async () => {
  if (!hasChromium) return
  world = await openSupervisedFirm()
  const { firm, parts } = world
  firm.setClock(new Date(Date.now() - 4 * dayMs).toISOString())
  const save = async (name: string, rules: Parameters<typeof policyOf>[1], rest = {}) => {
    const { version } = await savePolicy(parts, policyOf(name, rules, rest), 'test')
    await activatePolicy(parts, name, version)
  }
  const reviewing = ['Communication Compliance Analysts', 'Communication Compliance Investigators']
  await save(
    'Inside information',
    [
      { id: 'insider', title: 'Words of insiders', severity: 'high', when: { words: ['内幕', 'merger'] } },
      { id: 'switch', title: 'Another channel', severity: 'medium', when: { words: ['telegram'] } },
      { id: 'gifts', severity: 'low', when: { words: ['礼品'] } },
    ],
    { reviewers: { users: [], groups: reviewing } },
  )
  await save('Complaints', [{ id: 'complaint', severity: 'low', when: { words: ['投诉'] } }], {
    reviewers: { users: ['rita'], groups: [] },
  })
  await world.bring([
    ...['内幕消息先别外传', '送你一份礼品', '送你一份礼品', '午饭吃什么', '客户又投诉了'].map((text) =>
      groupText(text),
    ),
    // Only these does Wang not have.
    ...[
      'The merger is signed on Friday, keep it to yourself: nobody outside this room may hear of the price before the market closes, and that means nobody.',
      'message me on Telegram',
    ].map((text) => groupText(text, { tolist: ['lisi'] })),
  ])
  await raiseAlerts(firm.centre)
  firm.setClock(new Date().toISOString())
  const { rows } = await firm.pool.query('select id, name from supervision_policy')
  policies = Object.fromEntries(rows.map(({ id, name }) => [name, id]))
  portal = await openPortal(firm, { people: {}, parts: { decode: parts.decode } })
  await seedRoleGroups(portal.parts.access)
  for (const [username, [email, group]] of Object.entries(people))
    await firm.pool.query(
      `with made as (insert into app_user (username, name, email, password_hash, created_by, created_at)
                     values ($1, initcap($1), $2, 'no password', 'test', now()) returning id)
       insert into role_group_member (role_group_id, user_id, added_by, added_at)
       select role_group.id, made.id, 'test', now() from role_group, made where role_group.name = $3`,
      [username, email, group],
    )
  server = await servePortal(portal.parts)
  browser = await openChromium()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await portal?.close()
  await world?.close()
})

interface PersonsVisit extends Visit {
  /** Everything that the server answered and the pages said, as one text. */
  readonly seen: () => Promise<string>
}

async function visitAs(username: keyof typeof people): Promise<PersonsVisit> {
  const { access } = portal.parts
  const { rows } = await world.firm.pool.query('select id from app_user where username = $1', [username])
  const user = { id: rows[0].id, username }
  const origin = { clientIp: '127.0.0.1', userAgent: null, sessionId: null }
  const { token } = await openSession(access.queries, access, user, { method: 'passkey', origin })
  const person = await visit(browser)
  await person.context.addCookies([{ name: 'holdfast-session', value: token, url: server.url }])
  const answers: Promise<string>[] = []
  person.page.on('response', (response) => {
    if (response.url().includes('/api/')) answers.push(response.text().catch(() => ''))
  })
  return { ...person, seen: async () => (await Promise.all(answers)).join('\n') }
}

const queueOf = (policy: string) => `${server.url}/supervision/review/${policies[policy]}`

/** Waits until the page shows what it is for, and answers all its words. */
async function wordsOf(page: Page, address: string): Promise<string> {
  await page.goto(address)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await expect.poll(() => page.locator('[role=progressbar]:not([aria-valuenow])').count()).toBe(0)
  await page.waitForLoadState('networkidle')
  return (await page.locator('body').textContent()) ?? ''
}

const names = /张三|李四|王五|zhang|lisi|wang|1390000|@firm\.example/i
const outside = /午饭吃什么|投诉/

describe.skipIf(!hasChromium)(`the pages of alert review${whyNot}`, () => {
  it('never show an analyst a name, or a message outside of the policies that he reviews', async () => {
    const { page, context, seen } = await visitAs('ann')
    const words: string[] = [await wordsOf(page, `${server.url}/supervision/review`)]
    expect(words[0]).toContain('Inside information')
    expect(words[0]).not.toContain('Complaints')
    for (const state of ['pending', 'escalated', 'resolved'])
      words.push(await wordsOf(page, `${queueOf('Inside information')}?state=${state}`))
    expect(words[1]).toMatch(/内幕消息先别外传.*Anon-\d{6}/)
    const { rows } = await world.firm.pool.query('select id, policy_id from supervision_alert order by id')
    for (const { id, policy_id: policy } of rows)
      words.push(await wordsOf(page, `${server.url}/supervision/review/${policy}/alerts/${id}`))
    expect(words.join()).toMatch(/Anon-\d{6}/)
    // Doors that are not his: the pages say so, and the server gives nothing.
    const item = (await world.firm.search('内幕'))[0]!.id
    for (const path of [
      ...['/search', '/mailboxes', '/mailboxes/1', `/items/${item}`, '/audit', '/people'],
      ...['/supervision/policies', '/supervision/review/relations'],
      ...[`/supervision/review/${policies.Complaints}`, `/supervision/review/${policies.Complaints}/report`],
    ])
      words.push(await wordsOf(page, server.url + path))
    const everything = [...words, await seen()].join('\n')
    expect(everything.length).toBeGreaterThan(5_000)
    expect(names.exec(everything)?.[0]).toBeUndefined()
    expect(outside.exec(everything)?.[0]).toBeUndefined()
    await context.close()
    // Whoever may see them does: it is looked for where it would stand.
    const rita = await visitAs('rita')
    expect(await wordsOf(rita.page, queueOf('Inside information'))).toMatch(names)
    expect(await wordsOf(rita.page, queueOf('Complaints'))).toMatch(outside)
    await rita.context.close()
  }, 240_000)

  it('never show a reviewer his own messages', async () => {
    const { page, context, seen } = await visitAs('dora')
    const words = await wordsOf(page, queueOf('Inside information'))
    expect(words).toContain('The merger is signed')
    const { rows } = await world.firm.pool.query('select id from supervision_alert order by id')
    const own: string[] = []
    for (const { id } of rows) own.push(await wordsOf(page, `${queueOf('Inside information')}/alerts/${id}`))
    expect(own.join()).toContain('message me on Telegram')
    expect([words, ...own, await seen()].join('\n')).not.toMatch(/内幕消息|礼品|午饭|投诉/)
    await context.close()
  }, 240_000)

  it('let a reviewer work from the queue to the end without a mouse, and look whole', async () => {
    const { page, context, troubles } = await visitAs('rita')
    await page.goto(`${server.url}/supervision/review`)
    await lookAt(browser, page, 'reviews', (one) => one.getByRole('link', { name: 'Complaints' }).waitFor())
    await tabTo(page, page.getByRole('link', { name: 'Inside information' }))
    await page.keyboard.press('Enter')
    const row = page.getByRole('link', { name: /内幕消息先别外传/ })
    await row.waitFor()
    await lookAt(browser, page, 'review-queue', (one) => one.getByText('内幕消息先别外传').first().waitFor())
    await page.keyboard.press('j')
    await expect.poll(() => row.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: t('review:message.conversation') }).waitFor()
    expect(await page.locator('mark').allTextContents()).toEqual(['内幕'])
    await page.keyboard.press('c')
    await page.keyboard.type('He asked twice.')
    const dialog = page.getByRole('dialog')
    await tabTo(page, dialog.getByRole('button', { name: t('review:act.comment'), exact: true }))
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('He asked twice.').waitFor()
    await lookAt(browser, page, 'review-alert', (one) => one.getByText('He asked twice.').waitFor())
    await page.keyboard.press('r')
    await tabTo(page, dialog.getByLabel(t('review:decide.tag')))
    await page.keyboard.press('ArrowDown')
    await expectWhole(page, 'review-resolve-en-1280')
    await tabTo(page, dialog.getByRole('button', { name: t('review:act.resolve'), exact: true }))
    await page.keyboard.press('Enter')
    // On to the next one, by itself.
    const alerted = page.locator('article[aria-current]')
    await alerted.getByText('The merger is signed').waitFor()
    await page.keyboard.press('u')
    await page.getByText(t('review:queue.count_other', { number: '3' })).waitFor()
    await page.getByLabel(t('supervision:column.state')).selectOption('resolved')
    await row.waitFor()
    await page.getByText(t('review:tag.nonCompliant'), { exact: true }).waitFor()
    const { rows } = await world.firm.pool.query(`select act, tag, by from supervision_decision order by id`)
    expect(rows).toEqual([
      { act: 'comment', tag: null, by: 'rita' },
      { act: 'resolve', tag: 'non-compliant', by: 'rita' },
    ])
    expect(troubles).toEqual([])
    await context.close()
  }, 300_000)

  it('hand on, decide on many with a reason, and take up again with one', async () => {
    const { page, context, troubles } = await visitAs('rita')
    await page.goto(queueOf('Inside information'))
    await page.getByText('message me on Telegram').click()
    await page.getByRole('button', { name: t('review:act.escalate'), exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('review:decide.to')).selectOption('dora')
    const send = dialog.getByRole('button', { name: t('review:act.escalate'), exact: true })
    expect(await send.isDisabled()).toBe(true)
    await dialog.getByLabel(t('review:decide.comment')).fill('You know the desk.')
    await expectWhole(page, 'review-escalate-en-1280')
    await send.click()
    await page.getByText('You know the desk.').waitFor()
    await page.getByText(t('review:standing.escalated'), { exact: true }).waitFor()
    await page.goto(queueOf('Inside information'))
    await page.getByRole('button', { name: t('review:queue.all') }).click()
    await page.getByText(t('review:queue.chosen_other', { number: '3' })).waitFor()
    await expectWhole(page, 'review-chosen-en-1280')
    await page.getByRole('button', { name: t('review:act.resolve'), exact: true }).click()
    const resolveAll = dialog.getByRole('button', { name: t('review:act.resolve'), exact: true })
    expect(await resolveAll.isDisabled()).toBe(true)
    await dialog.getByLabel(t('review:decide.comment')).fill('Known deal, cleared.')
    await expectWhole(page, 'review-bulk-en-1280')
    await resolveAll.click()
    // Of the two near duplicates one was shown, and both are resolved.
    await page.getByText(t('review:decided_other', { number: '4' })).waitFor()
    await lookAt(browser, page, 'review-queue-done', (one) =>
      one.getByRole('heading', { level: 2 }).waitFor(),
    )
    await page.goto(`${queueOf('Inside information')}?state=resolved`)
    await page.getByText('message me on Telegram').click()
    await page.getByRole('button', { name: t('review:act.reopen'), exact: true }).click()
    const reopen = dialog.getByRole('button', { name: t('review:act.reopen'), exact: true })
    expect(await reopen.isDisabled()).toBe(true)
    await dialog.getByLabel(t('review:decide.comment')).fill('The other channel was not captured.')
    await reopen.click()
    await page.getByText(t('review:done.reopen'), { exact: true }).waitFor()
    await lookAt(browser, page, 'review-history', (one) =>
      one.getByText('The other channel was not captured.').waitFor(),
    )
    expect(troubles).toEqual([])
    await context.close()
  }, 300_000)

  it('show an analyst pseudonyms, and no button that ends a review', async () => {
    const { page, context } = await visitAs('ann')
    await page.goto(queueOf('Inside information'))
    await page.getByText('message me on Telegram').click()
    await page.getByText(t('review:message.pseudonyms')).waitFor()
    expect(await page.getByRole('button', { name: t('review:act.resolve'), exact: true }).count()).toBe(0)
    await lookAt(browser, page, 'review-alert-analyst', (one) => one.getByText(/^Anon-\d{6}$/).waitFor())
    await page.goto(`${queueOf('Inside information')}/alerts/999999`)
    await page.getByText('alert-not-found').waitFor()
    await expectWhole(page, 'review-alert-not-found-en-1280')
    await context.close()
  }, 240_000)

  it('commit to a sample, draw it, report what is missed, and keep relations', async () => {
    const { page, context, troubles } = await visitAs('cora')
    await page.goto(`${server.url}/supervision/review`)
    await lookAt(browser, page, 'reviews-keeper', (one) => one.getByText('Complaints').waitFor())
    await page.goto(`${queueOf('Inside information')}/samples`)
    await page.getByText(t('review:sample.none')).waitFor()
    await page.getByRole('button', { name: t('review:sample.commit') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('review:period.from')).fill('2026-01-01')
    await dialog.getByLabel(t('review:sample.percent')).fill('100')
    await dialog.getByLabel(t('review:stratum.channel')).check()
    await dialog.getByLabel(t('review:stratum.direction')).check()
    await expectWhole(page, 'review-commit-en-1280')
    await dialog.getByRole('button', { name: t('review:sample.commit') }).click()
    await page.getByText(t('review:sample.waits')).waitFor()
    const commitment = await page.getByText(/^[0-9a-f]{64}$/).textContent()
    await page.getByRole('button', { name: t('review:sample.draw'), exact: true }).click()
    await page.getByText(t('review:sample.drawnAt')).waitFor()
    expect(await page.getByText(/^[0-9a-f]{64}$/).allTextContents()).toContain(commitment)
    expect(await figure(page, t('review:sample.population'))).toBe('2')
    expect(await figure(page, t('review:sample.drawn'))).toBe('2')
    await lookAt(browser, page, 'review-samples', (one) => one.getByText(/WeCom/).first().waitFor())

    await page.getByRole('link', { name: t('review:tabs.report') }).click()
    await page.getByText(t('review:report.perThousand')).waitFor()
    expect(await figure(page, t('review:report.raised'))).toBe('5')
    await lookAt(browser, page, 'review-report', (one) => one.getByText('insider').first().waitFor())
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: t('review:evidence.download') }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^supervision-evidence-\d{4}\.json$/)

    await page.goto(`${server.url}/supervision/review/relations`)
    await page.getByText(t('review:relations.none')).waitFor()
    const choose = async (csv: string) => {
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: t('review:relations.choose') }).click(),
      ])
      const file = { name: 'relations.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }
      await chooser.setFiles(file)
      await expectWhole(page, 'review-relations-ask-en-1280')
      await dialog.getByRole('button', { name: t('review:relations.replace') }).click()
    }
    await choose('person,other,relation\nwang@firm.example,nobody@firm.example,friend\n')
    await page.getByText('no mailbox has the address', { exact: false }).first().waitFor()
    await expectWhole(page, 'review-relations-refused-en-1280')
    await choose('person,other,relation\nwang@firm.example,li@firm.example,supervisor\n')
    await page.getByText(t('review:relation.supervisor')).waitFor()
    await lookAt(browser, page, 'review-relations', (one) => one.getByText('li@firm.example').waitFor())
    expect(troubles).toEqual([])
    await context.close()
  }, 300_000)

  it('say of a drawn message that nothing was found in it, and what its review says of the others', async () => {
    const { page, context } = await visitAs('rita')
    await page.goto(`${queueOf('Inside information')}/samples`)
    await page.getByRole('link', { name: t('review:sample.review') }).click()
    await page.getByText(t('review:filter.sample', { sample: '1' })).waitFor()
    await lookAt(browser, page, 'review-sample-queue', (one) => one.getByText('午饭吃什么').waitFor())
    await page.getByText('午饭吃什么').click()
    await page.getByText(t('review:facts.drawn')).waitFor()
    await page.getByRole('button', { name: t('review:act.resolve'), exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: t('review:act.resolve'), exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.goto(`${queueOf('Inside information')}/report`)
    const shares = { lowShare: '0%', highShare: '79.3%' }
    await page.getByText(t('review:report.interval', { low: '0', high: '2', ...shares })).waitFor()
    await context.close()
  }, 240_000)
})
