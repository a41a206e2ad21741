import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortal } from '../../../test/journey/portal.ts'
import { groupText, sentMs } from '../../../test/journey/wecom.ts'
import { startMailServer } from '../../../test/mail-server.ts'
import { endpoints } from '../../api/index.ts'
import { activatePolicy, savePolicy } from '../../compliance/supervision/index.ts'
import {
  openSupervisedFirm,
  policyOf,
  type SupervisedFirm,
} from '../../compliance/supervision/supervision-world.fixture.ts'
import { raiseAlerts } from '../../compliance/supervision-review/index.ts'
import { loadConfig } from '../../platform/config.ts'

const analyst = ['Communication Compliance Analysis'] as const
const people = {
  ann: analyst,
  rita: [...analyst, 'Communication Compliance Investigation'],
  nick: [...analyst, 'Communication Compliance Investigation'],
  dora: [...analyst, 'Communication Compliance Investigation'],
  cora: ['Communication Compliance Admin'],
} as const

let world: SupervisedFirm
let portal: Awaited<ReturnType<typeof openPortal>>
let policyId: number
beforeAll(async () => {
  world = await openSupervisedFirm()
  const { firm, parts } = world
  for (const username of Object.keys(people))
    await firm.pool.query(
      "insert into app_user (username, name, created_by, created_at) values ($1, $1, 'test', now())",
      [username],
    )
  const rules = [{ id: 'insider', severity: 'high', when: { words: ['内幕'] } }] as const
  const reviewers = { users: ['ann', 'rita', 'dora'], groups: [] }
  const { version } = await savePolicy(parts, policyOf('Insider', [...rules], { reviewers }), 'test')
  await activatePolicy(parts, 'Insider', version)
  await world.bring(['早上好', '内幕消息先别外传', '晚上吃什么'].map((text) => groupText(text)))
  // Dora, who is Wang, is no longer in the group when the message is said that is found; what was said before is his too.
  await firm.pool.query("update app_user set email = 'wang@firm.example' where username = 'dora'")
  await world.bring([groupText('今天内幕不谈', { tolist: ['lisi'], msgtime: sentMs + 3_600_000 })])
  await raiseAlerts(firm.centre)
  policyId = (await firm.pool.query('select id from supervision_policy')).rows[0].id
  portal = await openPortal(firm, { people, parts: { decode: parts.decode } })
}, 120_000)
afterAll(async () => {
  await portal?.close()
  await world?.close()
})

const firstAlert = async (who: string) =>
  (await portal.as(who).readAlerts({ params: { id: policyId }, query: {} })).items[0]!

describe('the review of supervision over HTTP', () => {
  it('shows an investigator names and the conversation', async () => {
    const { id } = await firstAlert('rita')
    const alert = await portal.as('rita').readAlert({ params: { id } })
    expect(alert.messages!.map(({ text }) => text)).toEqual([
      '早上好',
      '内幕消息先别外传',
      '晚上吃什么',
      '今天内幕不谈',
    ])
    const found = alert.messages!.find(({ alerted }) => alerted)!
    expect(found.highlights).toEqual([[0, 2]])
    expect(found.sender).toMatch(/zhangsan/i)
    expect(alert).toMatchObject({ namesShown: true, item: expect.any(String) })
  })

  it('shows an analyst this message alone, under a pseudonym that stays', async () => {
    const { id } = await firstAlert('ann')
    const answer = await portal.as('ann').readAlert({ params: { id } })
    expect(answer.messages!.map(({ text }) => text)).toEqual(['内幕消息先别外传'])
    expect(answer.messages![0]!.sender).toMatch(/^Anon-\d{6}$/)
    expect((await portal.as('ann').readAlert({ params: { id } })).messages![0]!.sender).toBe(
      answer.messages![0]!.sender,
    )
    expect(answer).toMatchObject({ namesShown: false, item: null })
    const names = /zhang|wang|lisi|Li Si|1390000|@firm\.example|早上好|晚上吃/i
    expect(JSON.stringify(answer)).not.toMatch(names)
    expect(
      JSON.stringify(await portal.as('ann').readAlerts({ params: { id: policyId }, query: {} })),
    ).not.toMatch(names)
    expect(JSON.stringify(await portal.as('ann').listReviews(undefined))).not.toMatch(names)
  })

  it('opens to an analyst no other door behind which messages or names are', async () => {
    const open = Object.entries(endpoints)
      .filter(
        ([, { access }]) => Array.isArray(access) && access.includes('Communication Compliance Analysis'),
      )
      .map(([name]) => name)
    expect(open.sort()).toEqual(['decideAlerts', 'listReviews', 'readAlert', 'readAlerts'])
    const { id } = await portal.as('rita').readAlert({ params: { id: (await firstAlert('rita')).id } })
    for (const path of [
      '/api/items/1-1',
      `/api/items/${id}`,
      '/api/mailboxes',
      '/api/people/users',
      '/api/audit',
    ]) {
      const answer = await fetch(portal.url + path, { headers: portal.headersOf('ann') })
      expect([path, answer.status >= 400]).toEqual([path, true])
    }
  })

  it('shows in the queue the words around what was found, and only to who may the name beside them', async () => {
    const { items } = await portal.as('rita').readAlerts({ params: { id: policyId }, query: {} })
    expect(items.map(({ message }) => message)).toEqual([
      expect.objectContaining({ excerpt: '内幕消息先别外传', highlights: [[0, 2]], attachments: 0 }),
      expect.objectContaining({ excerpt: '今天内幕不谈', highlights: [[2, 4]] }),
    ])
    expect(items[0]!.message!.sender).toMatch(/zhangsan/i)
    expect((await firstAlert('ann')).message).toMatchObject({
      sender: expect.stringMatching(/^Anon-\d{6}$/),
      excerpt: '内幕消息先别外传',
    })
  })

  it('shows around a message nothing that is the reviewer’s own', async () => {
    const { items } = await portal.as('dora').readAlerts({ params: { id: policyId }, query: {} })
    expect(items.map(({ message }) => message?.excerpt)).toEqual(['今天内幕不谈'])
    const textsFor = async (who: string) => {
      const alert = await portal.as(who).readAlert({ params: { id: items[0]!.id } })
      return alert.messages!.map(({ text }) => text)
    }
    expect(await textsFor('rita')).toEqual(['早上好', '内幕消息先别外传', '晚上吃什么', '今天内幕不谈'])
    expect(await textsFor('dora')).toEqual(['今天内幕不谈'])
  })

  it('sorts out what was handed on, what waits too long, and what is new', async () => {
    const count = async (query: Parameters<ReturnType<typeof portal.as>['readAlerts']>[0]['query']) =>
      (await portal.as('rita').readAlerts({ params: { id: policyId }, query })).items.length
    expect([await count({ state: 'escalated' }), await count({ overdue: 'true' })]).toEqual([0, 0])
    const { id } = await firstAlert('ann')
    const decision = { act: 'escalate', to: 'rita', comment: 'please look' } as const
    await portal.as('ann').decideAlerts({ body: { alerts: [id], decision } })
    expect(await count({ state: 'escalated' })).toBe(1)
    expect(await count({ state: 'pending' })).toBe(2)
    expect(await count({ days: 1 })).toBe(0)
    expect((await portal.as('rita').listReviews(undefined))[0]).toMatchObject({
      ...{ pending: 2, escalated: 1, rules: [{ id: 'insider', title: '' }] },
    })
    expect(await portal.as('ann').readAlert({ params: { id } })).toMatchObject({
      ...{ escalated: true, colleagues: ['rita'], addresses: [], near: [] },
    })
  })

  it('refuses to notify where no letters are sent', async () => {
    const { id } = await firstAlert('rita')
    const decision = {
      act: 'notify',
      to: 'li@firm.example',
      subject: 'A word',
      comment: 'Read this',
    } as const
    const asked = portal.as('rita').decideAlerts({ body: { alerts: [id], decision } })
    await expect(asked).rejects.toMatchObject({ code: 'decision-refused' })
    expect((await portal.as('rita').readAlert({ params: { id } })).decisions.map(({ act }) => act)).toEqual([
      'escalate',
    ])
  })

  it('shows nothing of a policy to who does not review it', async () => {
    expect(await portal.as('nick').listReviews(undefined)).toEqual([])
    expect((await portal.as('nick').readAlerts({ params: { id: policyId }, query: {} })).items).toEqual([])
    const { id } = await firstAlert('rita')
    await expect(portal.as('nick').readAlert({ params: { id } })).rejects.toMatchObject({
      code: 'alert-not-found',
      status: 404,
    })
    const decision = { act: 'comment', comment: 'let me in' } as const
    await expect(portal.as('nick').decideAlerts({ body: { alerts: [id], decision } })).rejects.toMatchObject({
      code: 'alert-not-found',
    })
    await expect(portal.as('cora').readAlert({ params: { id } })).rejects.toMatchObject({ status: 403 })
    const params = { id: policyId }
    const query = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }
    for (const [who, allowed] of [
      ['nick', false],
      ['rita', true],
      ['cora', true],
    ] as const) {
      const asked = await Promise.allSettled([
        portal.as(who).readReviewReport({ params, query }),
        portal.as(who).listReviewSamples({ params }),
        portal.as(who).downloadEvidencePack({ params: { ...params, year: 2026 } }),
      ])
      const answered = asked.map((one) => (one.status === 'fulfilled' ? true : one.reason.status !== 404))
      expect([who, answered]).toEqual([who, [allowed, allowed, allowed]])
    }
  })

  it('keeps decisions, draws and evidence', async () => {
    const { id } = await firstAlert('rita')
    await expect(
      portal
        .as('ann')
        .decideAlerts({ body: { alerts: [id], decision: { act: 'resolve', tag: 'compliant' } } }),
    ).rejects.toMatchObject({ code: 'decision-refused' })
    const decision = { act: 'resolve', tag: 'non-compliant', comment: 'to be told' } as const
    expect(await portal.as('rita').decideAlerts({ body: { alerts: [id], decision } })).toEqual({ changed: 1 })
    const span = { from: '2026-01-01T00:00:00Z', to: '2026-03-20T12:00:00Z' }
    const sample = await portal
      .as('cora')
      .commitReviewSample({ params: { id: policyId }, body: { ...span, percent: 100 } })
    expect(sample.seed).toBeNull()
    const drawn = await portal.as('cora').drawReviewSample({ params: { id: sample.id } })
    expect(drawn.result).toEqual([{ stratum: 'all', messages: 2, drawn: 2 }])
    const report = await portal
      .as('cora')
      .readReviewReport({ params: { id: policyId }, query: { ...span, to: '2027-01-01T00:00:00Z' } })
    expect(report).toMatchObject({
      alerts: { resolved: 1 },
      misses: { population: 2, drawn: 2, reviewed: 0 },
    })
    const pack = await portal.as('cora').downloadEvidencePack({ params: { id: policyId, year: 2026 } })
    expect(await pack.json()).toMatchObject({
      policy: 'Insider',
      decisions: [
        { act: 'escalate', by: 'ann' },
        { act: 'resolve', by: 'rita' },
      ],
    })
  })
})

describe('with a mail server', () => {
  it('a notice and a word to the colleague go out, and what the server refuses was not given', async () => {
    const { firm, parts } = world
    const mail = await startMailServer()
    const config = loadConfig({ HOLDFAST_MAIL_URL: mail.url, HOLDFAST_MAIL_FROM: 'archive@firm.example' })
    await firm.pool.query("update app_user set email = 'rita@elsewhere.example' where username = 'rita'")
    const mailing = await openPortal(firm, { people, parts: { decode: parts.decode, config } })
    try {
      const rita = mailing.as('rita')
      const { items } = await rita.readAlerts({ params: { id: policyId }, query: {} })
      const { id } = items[0]!
      const { addresses, decisions } = await rita.readAlert({ params: { id } })
      expect(addresses).toContain('zhang@firm.example')
      const notice = {
        act: 'notify',
        to: addresses[0]!,
        subject: 'A word',
        comment: 'Use the house line.',
      } as const
      expect(await rita.decideAlerts({ body: { alerts: [id], decision: notice } })).toEqual({ changed: 1 })
      expect(mail.letters.at(-1)).toContain('Use the house line.')
      const escalation = { act: 'escalate', to: 'rita', comment: 'please look' } as const
      await mailing.as('ann').decideAlerts({ body: { alerts: [id], decision: escalation } })
      expect(mail.letters.at(-1)).toContain('To: rita@elsewhere.example')
      expect(mail.letters.at(-1)).not.toMatch(/please look|内幕/)
      const named = 'Zhang San (zhangsan, ZHANG@firm.example) told 李四 so'
      await rita.decideAlerts({ body: { alerts: [id], decision: { act: 'comment', comment: named } } })
      const seen = JSON.stringify((await mailing.as('ann').readAlert({ params: { id } })).decisions)
      expect(seen).not.toMatch(/zhang|firm\.example|A word/i)
      expect(seen).toMatch(/Anon-\d{6}.*told/)
      mail.close()
      await expect(rita.decideAlerts({ body: { alerts: [id], decision: notice } })).rejects.toMatchObject({
        code: 'mail-refused',
      })
      const after = (await rita.readAlert({ params: { id } })).decisions
      expect(after.slice(decisions.length).map(({ act }) => act)).toEqual(['notify', 'escalate', 'comment'])
    } finally {
      mail.close()
      await mailing.close()
    }
  })
})
