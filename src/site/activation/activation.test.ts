import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { withAuditOrigin } from '../../platform/audit/audit.ts'
import { addUser, registeredUsers } from '../index.ts'
import {
  activationPage,
  answerNotice,
  changeActivationSettings,
  createCaptureGate,
  decideExclusion,
  finishActivation,
  inviteUsers,
  leaveUser,
  listActivations,
  listExclusions,
  listNotices,
  markBroken,
  noteCaptured,
  noteRefused,
  proposeExclusion,
  publishNotice,
  withdrawConsent,
} from './index.ts'

const start = '2026-03-20T12:00:00Z'
const shown = { qrText: async () => null }
const yes = { noticeVersion: 1, language: 'sv', capture: 'given', crossBorder: 'refused' } as const
const no = { ...yes, capture: 'refused' } as const

let firm: Firm
let userId: number
let mobile: string
let people = 0

beforeAll(async () => {
  firm = await openFirm({ now: start })
  await changeActivationSettings(firm.site, firm.account, { ways: ['wecom-archive'] })
}, 60_000)
afterAll(() => firm?.close())

// Everybody has a person of his own: what one test does is nothing to the next.
beforeEach(async () => {
  people += 1
  mobile = `+447700900${String(people).padStart(3, '0')}`
  userId = await addUser(firm.site, firm.account, {
    ...{ name: `Person ${people}`, mobile, email: `person${people}@firm.example`, wecomUserid: null },
  })
})

const wait = (iso: string) => firm.setClock(iso)
const later = (minutes: number) => wait(new Date(firm.site.clock.now() + minutes * 60_000).toISOString())
const now = () => firm.site.clock.now()

async function invite(): Promise<string> {
  const request = { users: [userId], origin: 'https://archive.example', mailer: null }
  const { invited } = await inviteUsers(firm.site, firm.account, request)
  return invited[0]!.link!.split('#')[1]!
}

const status = async () =>
  (await listActivations(firm.site, firm.account)).find((one) => one.userId === userId)!
const state = async () => (await status()).ways[0]?.state ?? null
const gate = () => createCaptureGate(firm.site, firm.account)
const ask = async (at = now(), conversation?: string) =>
  (await gate()).ask({ custodian: mobile, at, conversation })
const scope = async () => ({
  ...{ account: firm.account, source: 'wecom-archive' },
  users: await registeredUsers(firm.site, firm.account),
})
const gaps = async () =>
  (
    await firm.pool.query(
      'select reason, source, closed_at is null as open from site_gap where registered_user_id = $1 order by id',
      [userId],
    )
  ).rows
const refusedDays = async () =>
  (
    await firm.pool.query(
      `select reason, to_char(day, 'YYYY-MM-DD') as day, records::int from site_refused_day
        where registered_user_id = $1 or exclusion_id is not null order by reason, day`,
      [userId],
    )
  ).rows
const asPerson = async <Result>(actor: string, work: () => Promise<Result>) =>
  (
    await withAuditOrigin(
      { actor, actorType: 'person', clientIp: null, sessionId: null, correlationId: 'test' },
      work,
    )
  ).result

describe('a link', () => {
  it('is kept as its hash only, and nothing anywhere holds the token', async () => {
    const token = await invite()
    expect(Buffer.from(token, 'base64url').byteLength).toBeGreaterThanOrEqual(16)
    const { rows } = await firm.pool.query('select * from site_invitation where registered_user_id = $1', [
      userId,
    ])
    expect(rows[0].token_sha256).toEqual(createHash('sha256').update(token).digest())
    const { rows: audited } = await firm.pool.query('select details::text as details from audit_event')
    expect(JSON.stringify([rows, audited])).not.toContain(token)
  })

  it('shows the page until it is completed, and never afterwards', async () => {
    const token = await invite()
    expect(await activationPage(firm.site, token, shown)).toMatchObject({
      ...{ account: 'Firm', name: `Person ${people}`, language: 'en' },
      notice: { version: 1 },
      ways: [{ way: 'wecom-archive' }],
    })
    await expect(finishActivation(firm.site, token)).rejects.toMatchObject({ code: 'draft-incomplete' })
    await answerNotice(firm.site, token, yes)
    await finishActivation(firm.site, token)
    const again = [
      activationPage(firm.site, token, shown),
      answerNotice(firm.site, token, no),
      finishActivation(firm.site, token),
      activationPage(firm.site, 'unknown', shown),
    ]
    const refusals = await Promise.allSettled(again)
    const messages = refusals.map((one) => one.status === 'rejected' && one.reason.message)
    expect(new Set(messages).size).toBe(1)
    expect(await status()).toMatchObject({ invitation: { state: 'completed' }, capture: { answer: 'given' } })
  })

  it('dies after fourteen days, with a new invitation, and when the person leaves', async () => {
    const first = await invite()
    const second = await invite()
    await expect(activationPage(firm.site, first, shown)).rejects.toMatchObject({ code: 'link-refused' })
    later(14 * 24 * 60 - 1)
    await activationPage(firm.site, second, shown)
    later(1)
    await expect(activationPage(firm.site, second, shown)).rejects.toMatchObject({ code: 'link-refused' })
    const third = await invite()
    await leaveUser(firm.site, firm.account, userId)
    await expect(activationPage(firm.site, third, shown)).rejects.toMatchObject({ code: 'link-refused' })
  })

  it('goes to all who have neither answered nor a link that works', async () => {
    const token = await invite()
    await answerNotice(firm.site, token, yes)
    const request = { users: 'all', origin: 'https://archive.example', mailer: null } as const
    await inviteUsers(firm.site, firm.account, request)
    const other = await addUser(firm.site, firm.account, {
      ...{ name: 'Late Joiner', mobile: '+12025550142', email: 'late@firm.example', wecomUserid: null },
    })
    const { invited, remaining } = await inviteUsers(firm.site, firm.account, { ...request, language: 'it' })
    expect(invited).toMatchObject([{ userId: other }])
    expect(remaining).toBe(0)
  })
})

describe('a consent', () => {
  it('names the version and language of its text, and is outdated by a new version', async () => {
    await answerNotice(firm.site, await invite(), yes)
    expect(await status()).toMatchObject({
      ...{ language: 'sv', notice: { answer: 'given', noticeVersion: 1 } },
      capture: { answer: 'given', outdated: false, by: 'user' },
      crossBorder: { answer: 'refused' },
    })
    const [{ version, texts }] = (await listNotices(firm.site, firm.account)) as [
      Awaited<ReturnType<typeof listNotices>>[number],
    ]
    const changed = { en: { ...texts.en!, keeping: 'Ten years.' } }
    const next = await publishNotice(firm.site, firm.account, { texts: changed, after: version })
    expect(await status()).toMatchObject({ capture: { answer: 'given', outdated: true } })
    await expect(
      publishNotice(firm.site, firm.account, { texts: changed, after: version }),
    ).rejects.toMatchObject({ code: 'changed-meanwhile' })
    const token = await invite()
    await expect(answerNotice(firm.site, token, yes)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect((await activationPage(firm.site, token, shown)).answers).toEqual({
      capture: null,
      crossBorder: null,
    })
    await publishNotice(firm.site, firm.account, { texts, after: next })
    expect(await ask()).toBe('capture')
  })

  it('is not needed unless the account asks for it', async () => {
    expect(await ask()).toBe('capture')
    await changeActivationSettings(firm.site, firm.account, { consentRequired: true })
    const closed = await gate()
    expect(closed.ask({ custodian: mobile, at: now() })).toBe('no-consent')
    expect(closed.ask({ custodian: '+447700900999', at: now() })).toBe('capture')
    for (const _ of [1, 2])
      await firm.site.database
        .transaction()
        .execute((transaction) => noteRefused(firm.site, transaction, firm.account, closed.refused()))
    expect(await gaps()).toEqual([{ reason: 'no-consent', source: 'activation', open: true }])
    const { version } = (await listNotices(firm.site, firm.account))[0]!
    await answerNotice(firm.site, await invite(), { ...yes, noticeVersion: version })
    expect(await ask()).toBe('capture')
    expect(await gaps()).toMatchObject([{ open: false }])
    await changeActivationSettings(firm.site, firm.account, { consentRequired: false })
  })

  it('that is refused or withdrawn stops capture from that instant, and keeps what came before', async () => {
    const { version } = (await listNotices(firm.site, firm.account))[0]!
    await answerNotice(firm.site, await invite(), { ...yes, noticeVersion: version })
    const before = now()
    later(10)
    await withdrawConsent(firm.site, firm.account, userId, 'capture')
    expect(await ask(now())).toBe('no-consent')
    expect(await ask(before)).toBe('capture')
    expect(await state()).toBe('refused')
    expect(await gaps()).toEqual([{ reason: 'no-consent', source: 'activation', open: true }])
    await expect(withdrawConsent(firm.site, firm.account, userId, 'capture')).rejects.toMatchObject({
      code: 'bad-settings',
    })
    const withdrawn = now()
    later(10)
    await answerNotice(firm.site, await invite(), { ...no, noticeVersion: version })
    expect(await gaps()).toHaveLength(1)
    later(10)
    await answerNotice(firm.site, await invite(), { ...yes, noticeVersion: version })
    expect([await ask(before), await ask(withdrawn), await ask()]).toEqual([
      'capture',
      'no-consent',
      'capture',
    ])
    expect(await gaps()).toMatchObject([{ open: false }])
  })
})

describe('the state of a way in', () => {
  it('follows the journal, and a new invitation keeps the consent', async () => {
    const { version } = (await listNotices(firm.site, firm.account))[0]!
    expect(await state()).toBeNull()
    const token = await invite()
    expect(await state()).toBe('invited')
    await answerNotice(firm.site, token, { ...yes, noticeVersion: version })
    expect(await state()).toBe('consented')
    const parts = await scope()
    await noteCaptured(firm.site.database, parts, [mobile, undefined, mobile, 'nobody'], now())
    expect(await state()).toBe('active')
    await markBroken(firm.site.database, parts, [mobile], now())
    expect(await state()).toBe('broken')
    await invite()
    expect(await status()).toMatchObject({ ways: [{ state: 'invited' }], capture: { answer: 'given' } })
    await noteCaptured(firm.site.database, parts, [mobile], now())
    expect(await state()).toBe('active')
  })
})

describe('somebody who leaves', () => {
  it('is captured up to the instant, and his number is free for the next', async () => {
    later(60)
    const at = now() - 30 * 60_000
    await expect(leaveUser(firm.site, firm.account, userId, now() + 1)).rejects.toMatchObject({
      code: 'bad-date',
    })
    await leaveUser(firm.site, firm.account, userId, at)
    expect([await ask(at - 1), await ask(at), await ask()]).toEqual(['capture', 'left', 'left'])
    expect(await status()).toMatchObject({ leftAt: new Date(at), ways: [{ state: 'left' }] })
    await expect(leaveUser(firm.site, firm.account, userId)).rejects.toMatchObject({
      code: 'registered-user-not-found',
    })
    await addUser(firm.site, firm.account, {
      ...{ name: 'Next Holder', mobile, email: 'next@firm.example', wecomUserid: null },
    })
    expect(await ask()).toBe('capture')
  })
})

describe('an excluded conversation', () => {
  it('is not captured once another person has approved it, and leaves counts only', async () => {
    const conversation = 'family-1@g.us'
    const input = { conversation, userId, reason: 'A private chat.' }
    const id = await asPerson('ada', () => proposeExclusion(firm.site, firm.account, input))
    await expect(
      asPerson('bo', () => proposeExclusion(firm.site, firm.account, input)),
    ).rejects.toMatchObject({ code: 'exclusion-refused' })
    expect(await ask(now(), conversation)).toBe('capture')
    await expect(
      asPerson('ada', () => decideExclusion(firm.site, firm.account, id, true)),
    ).rejects.toMatchObject({ code: 'exclusion-refused' })
    await asPerson('bo', () => decideExclusion(firm.site, firm.account, id, true))
    const closed = await gate()
    const answers = [conversation, 'work@g.us', undefined, conversation].map((one) =>
      closed.ask({ custodian: mobile, at: now(), conversation: one }),
    )
    expect(answers).toEqual(['excluded', 'capture', 'capture', 'excluded'])
    await firm.site.database
      .transaction()
      .execute((transaction) => noteRefused(firm.site, transaction, firm.account, closed.refused()))
    const day = new Date(now()).toISOString().slice(0, 10)
    expect(await refusedDays()).toEqual([{ reason: 'excluded', day, records: 2 }])
    expect(await listExclusions(firm.site, firm.account)).toMatchObject([
      { id, state: 'approved', proposedBy: 'ada', decidedBy: 'bo', records: 2 },
    ])
    const tables = ['site_exclusion', 'site_refused_day', 'site_gap', 'audit_event']
    for (const table of tables) {
      const { rows } = await firm.pool.query(`select row_to_json(one)::text as row from ${table} one`)
      expect(JSON.stringify(rows)).not.toContain('family-1')
    }
  })
})

describe('before the journal', () => {
  const settings = { timezone: 'Europe/London', dateOrder: 'dmy' }
  const chat = (name: string) =>
    firm.file(
      `${people}/WhatsApp Chat with ${name}.txt`,
      '19/03/2026, 09:00 - Carl: one\n19/03/2026, 09:01 - Carl: two\n',
    )

  it('records of who withdrew are counted, and captured again once he consents', async () => {
    const { version } = (await listNotices(firm.site, firm.account))[0]!
    await withdrawConsent(firm.site, firm.account, userId, 'capture')
    const files = [await chat('Carl')]
    const capture = () => firm.capture('whatsapp-export', files, { ...settings, custodian: mobile })
    later(1)
    expect(await capture()).toMatchObject({ captured: 0 })
    expect((await refusedDays()).find(({ reason }) => reason === 'no-consent')).toMatchObject({ records: 2 })
    later(1)
    await answerNotice(firm.site, await invite(), { ...yes, noticeVersion: version })
    later(1)
    expect(await capture()).toMatchObject({ captured: 2 })
    expect(await status()).toMatchObject({
      ways: [
        { way: 'wecom-archive', state: 'consented' },
        { way: 'whatsapp-export', state: 'active' },
      ],
    })
  })
})
