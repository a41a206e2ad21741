/** Activation over HTTP: an administrator invites, a user answers from his phone without an account. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { connectorAdministrator, openPortal, type Portal } from '../../../test/journey/portal.ts'
import { type MailServer, startMailServer } from '../../../test/mail-server.ts'
import { createClient, endpoints } from '../../api/index.ts'
import { loadConfig } from '../../platform/config.ts'

const ada = '+447700900001'
const ben = '+447700900002'

let firm: Firm
let portal: Portal
let mailServer: MailServer
let params: { id: number }
let userIds: number[]

beforeAll(async () => {
  firm = await openFirm()
  await firm.addUsers(
    `name,mobile,email\nAda Trader,${ada},ada@firm.example\nBen Broker,${ben},ben@nowhere.example\n`,
  )
  mailServer = await startMailServer()
  const config = loadConfig({
    HOLDFAST_MAIL_URL: mailServer.url,
    HOLDFAST_MAIL_FROM: 'Firm archive <archive@firm.example>',
    HOLDFAST_PUBLIC_URL: 'https://archive.firm.example',
  })
  portal = await openPortal(firm, {
    people: { erin: connectorAdministrator, frank: connectorAdministrator, reader: ['Preview'] },
    parts: { config },
  })
  params = { id: firm.account.id }
  userIds = (await erin().listActivations({ params })).users.map(({ userId }) => userId)
}, 60_000)
afterAll(async () => {
  mailServer?.close()
  await portal?.close()
  await firm?.close()
})

const erin = () => portal.as('erin')
/** A browser in which nobody is signed in. */
const phone = () => createClient(endpoints, { server: portal.url, headers: () => ({ origin: portal.url }) })
const linkOf = async (user: number) => {
  const { invited } = await erin().inviteUsers({ params, body: { users: [user], byHand: true } })
  return invited[0]!.link!
}
const tokenOf = async (user: number) => (await linkOf(user)).split('#')[1]!

describe('an invitation', () => {
  it('is mailed with the link behind the # in the language chosen, and not shown', async () => {
    const { invited } = await erin().inviteUsers({ params, body: { users: [userIds[0]!], language: 'sv' } })
    expect(invited).toMatchObject([{ name: 'Ada Trader', link: null, problem: null }])
    const letter = mailServer.letters.at(-1)!.replaceAll('=\r\n', '').replaceAll('=3D', '=')
    expect(letter).toMatch(/https:\/\/archive\.firm\.example\/activate#[\w-]{32}/)
    expect(letter).toContain('Hej Ada Trader!')
    expect(letter).toContain('To: ada@firm.example')
    const [user] = (await erin().listActivations({ params })).users
    expect(user).toMatchObject({ language: 'sv', invitation: { state: 'open', mailed: true } })
  })

  it('that the mail server refuses is shown, to be passed on by hand', async () => {
    const { invited } = await erin().inviteUsers({ params, body: { users: [userIds[1]!] } })
    expect(invited).toMatchObject([{ name: 'Ben Broker', link: expect.stringContaining('/activate#') }])
    expect(invited[0]!.problem).toContain('HOLDFAST_MAIL_URL')
    expect(invited[0]!.problem).not.toContain('nowhere.example')
  })

  it('goes to nobody where everybody has a link that works', async () => {
    expect(await erin().inviteUsers({ params, body: { users: 'all' } })).toEqual({
      ...{ invited: [], remaining: 0 },
    })
  })

  it('is nothing for who has no role for it', async () => {
    await expect(portal.as('reader').inviteUsers({ params, body: { users: 'all' } })).rejects.toMatchObject({
      status: 403,
    })
    await expect(portal.as('reader').listActivations({ params })).rejects.toMatchObject({ status: 403 })
  })
})

describe('the page of a link', () => {
  it('needs no account: the user reads, answers and is done', async () => {
    await erin().changeActivation({ params, body: { ways: ['whatsapp-export', 'whatsapp-cloud'] } })
    const signup = { appId: '123456789', configurationId: '987654321' }
    expect(await erin().changeActivation({ params, body: { embeddedSignup: signup } })).toMatchObject({
      ...{ embeddedSignup: signup, consentRequired: false },
      offered: ['whatsapp-export', 'whatsapp-cloud'],
    })
    const token = await tokenOf(userIds[0]!)
    const page = await phone().checkActivation({ body: { token } })
    expect(page).toMatchObject({
      ...{ name: 'Ada Trader', account: 'Firm', answers: { capture: null } },
      ways: [
        { way: 'whatsapp-export', uploads: true },
        { way: 'whatsapp-cloud', signupUrl: expect.stringContaining('config_id=987654321') },
      ],
    })
    expect(Object.keys(page.notice.texts).sort()).toEqual(['en', 'es', 'it', 'sv', 'zh-Hans'])
    const answer = { token, noticeVersion: page.notice.version, language: 'es' } as const
    await phone().answerNotice({ body: { ...answer, capture: 'given', crossBorder: 'refused' } })
    await phone().finishActivation({ body: { token } })
    await expect(phone().checkActivation({ body: { token } })).rejects.toMatchObject({ code: 'link-refused' })
    expect(await portal.audited('answer-notice')).toMatchObject([
      { actor: `registered user ${userIds[0]}`, outcome: 'succeeded', details: { capture: 'given' } },
    ])
  })

  it('takes an export of his own phone once he has agreed, whatever the file says of its owner', async () => {
    const token = await tokenOf(userIds[1]!)
    const chat = '19/03/2026, 09:00 - Carl: good morning\n19/03/2026, 09:01 - Ben: prices?\n'
    const settings = JSON.stringify({ timezone: 'Europe/London', dateOrder: 'dmy', custodian: ada })
    const query = { token, way: 'whatsapp-export', name: 'WhatsApp Chat with Carl.txt', settings } as const
    const send = () => phone().uploadBackup({ query, body: chat })
    await expect(send()).rejects.toMatchObject({ code: 'not-allowed' })
    const { notice } = await phone().checkActivation({ body: { token } })
    const answer = { token, noticeVersion: notice.version, language: 'en' } as const
    await phone().answerNotice({ body: { ...answer, capture: 'given', crossBorder: 'given' } })
    expect(await send()).toEqual({ captured: 2, duplicates: 0 })
    const { rows } = await firm.pool.query('select registered_user_id as id from site_activity')
    expect(rows).toEqual([{ id: userIds[1] }])
  })

  it('is the same plain answer for every link that does not work', async () => {
    const before = await tokenOf(userIds[0]!)
    await tokenOf(userIds[0]!)
    const answers = await Promise.all(
      [before, 'x'.repeat(32)].map((token) =>
        phone()
          .checkActivation({ body: { token } })
          .catch(({ status, code, message }) => ({ status, code, message })),
      ),
    )
    expect(answers[0]).toMatchObject({ code: 'link-refused' })
    expect(answers[0]).toEqual(answers[1])
  })
})

describe('what an administrator does for a user', () => {
  it('withdraws, publishes another notice, and lets him leave', async () => {
    const user = { ...params, user: userIds[0]! }
    await erin().withdrawConsent({ params: user, body: { kind: 'capture' } })
    const [notice] = await erin().listNotices({ params })
    const texts = { en: { ...notice!.texts.en!, keeping: 'Seven years.' } }
    expect(await erin().publishNotice({ params, body: { after: notice!.version, texts } })).toEqual({
      version: 2,
    })
    expect((await erin().listActivations({ params })).users[0]).toMatchObject({
      capture: { answer: 'withdrawn', by: 'erin', outdated: true },
      ways: [
        { way: 'whatsapp-cloud', state: 'refused' },
        { way: 'whatsapp-export', state: 'refused' },
      ],
    })
    await erin().leaveUser({ params: user, body: {} })
    expect((await erin().listActivations({ params })).users[0]).toMatchObject({
      leftAt: expect.any(String),
    })
    for (const operation of ['withdraw-consent', 'publish-notice', 'leave-user'])
      expect(await portal.audited(operation)).toMatchObject([{ actor: 'erin', outcome: 'succeeded' }])
  })

  it('has an exclusion approved by somebody else', async () => {
    const body = { conversation: 'family@g.us', userId: userIds[1]!, reason: 'A private chat.' }
    const { id } = await erin().proposeExclusion({ params, body })
    const decision = { params: { ...params, exclusion: id }, body: { approved: true } }
    await expect(erin().decideExclusion(decision)).rejects.toMatchObject({ code: 'exclusion-refused' })
    await portal.as('frank').decideExclusion(decision)
    expect(await erin().listExclusions({ params })).toMatchObject([
      { id, state: 'approved', proposedBy: 'erin', decidedBy: 'frank', userName: 'Ben Broker', records: 0 },
    ])
    await erin().endExclusion({ params: decision.params })
    expect(await erin().listExclusions({ params })).toMatchObject([{ state: 'ended' }])
  })
})
