import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { connectorAdministrator, openPortal, type Portal } from '../../../test/journey/portal.ts'
import { defineSource } from '../../sources/source.ts'

const ada = '+447700900001'

let firm: Firm
let portal: Portal
let params: { id: number }

beforeAll(async () => {
  firm = await openFirm({ now: '2026-03-20T12:00:00Z' })
  await firm.addMailboxes(
    'address,name,active\nada@firm.example,Ada,yes\nbo@firm.example,Bo,yes\nformer@firm.example,Former,no\n',
  )
  portal = await openPortal(firm, { people: { erin: connectorAdministrator, reader: ['Preview'] } })
  params = { id: firm.account.id }
})
afterAll(async () => {
  await portal?.close()
  await firm?.close()
})

const leftOver = () => readdirSync(portal.folder.temporary).filter((name) => name.startsWith('upload-'))
const erin = () => portal.as('erin')
const usersByName = async () =>
  new Map((await erin().listRegisteredUsers({ params })).map((user) => [user.name, user]))

describe('accounts of the site', () => {
  it('are made with a key pair of this centre, and their password is told once', async () => {
    const made = await erin().createAccount({ body: { name: 'Second' } })
    expect(made).toMatchObject({ account: 'Second', password: expect.any(String) })
    expect(await erin().readAccount({ params: { id: made.id } })).toMatchObject({
      ...{ name: 'Second', records: 0, lastCapturedAt: null, gaps: 0 },
      byFamily: { whatsapp: { records: 0 }, wechat: { records: 0 } },
    })
    expect((await erin().listAccounts()).map(({ name }) => name)).toEqual(['Firm', 'Second'])
    const keys = async () => (await firm.pool.query('select 1 from account_key')).rowCount
    const before = await keys()
    await expect(erin().createAccount({ body: { name: 'Second' } })).rejects.toMatchObject({ status: 409 })
    expect(await keys()).toBe(before)
    await expect(erin().readAccount({ params: { id: 99 } })).rejects.toMatchObject({ status: 404 })
  })

  it('are no business of who has no role for them', async () => {
    await expect(portal.as('reader').listAccounts()).rejects.toMatchObject({ status: 403 })
  })
})

describe('registered users', () => {
  it('come as CSV, whole or not at all', async () => {
    const upload = (body: string) => erin().uploadRegisteredUsers({ params, query: {}, body })
    expect(await upload('name,mobile,email\nAda,nonsense,ada\n')).toMatchObject({
      taken: false,
      problems: [
        { row: 2, column: 'mobile' },
        { row: 2, column: 'email' },
      ],
    })
    expect(
      await upload(
        [
          'name,mobile,email,wecom_userid',
          `Ada,${ada},ada@firm.example,ada`,
          'Ada,+447700900002,ada@firm.example,',
          'Stray,+447700900003,nobody@elsewhere.example,',
          'Gone,+447700900004,former@firm.example,',
          'Bo,+447700900005,bo@firm.example,',
          'Bo Li,+447700900006,bo@firm.example,',
          '',
        ].join('\n'),
      ),
    ).toEqual({ taken: true, added: 6, changed: 0, passedOn: 0, unchanged: 0 })
    const users = await usersByName()
    expect(users.get('Ada')?.warnings).toEqual([])
    expect(users.get('Stray')?.warnings).toEqual(['email-is-no-mailbox'])
    expect(users.get('Gone')?.warnings).toEqual(['mailbox-inactive'])
    expect(users.get('Bo')?.warnings).toEqual(['email-shared'])
    expect(users.get('Bo Li')?.warnings).toEqual(['email-shared'])
    expect(await portal.audited('view-users')).not.toHaveLength(0)
  })

  it('are added, corrected, passed on and ended one by one', async () => {
    const input = { name: 'Cy', mobile: '+44 7700 900010', email: 'CY@firm.example', wecomUserid: 'Cy' }
    const cy = await erin().addRegisteredUser({ params, body: input })
    expect(cy).toMatchObject({
      ...{ mobile: '+447700900010', email: 'cy@firm.example', wecomUserid: 'cy', status: 'never' },
    })
    await expect(erin().addRegisteredUser({ params, body: input })).rejects.toMatchObject({
      code: 'registered-user-refused',
      details: { column: 'mobile' },
    })
    await expect(
      erin().addRegisteredUser({ params, body: { ...input, mobile: 'call me' } }),
    ).rejects.toMatchObject({ details: { column: 'mobile' } })
    const change = (user: number, body: object) =>
      erin().changeRegisteredUser({ params: { ...params, user }, body: { ...input, ...body } })
    expect(await change(cy.id, { name: 'Cy Client' })).toMatchObject({ id: cy.id, name: 'Cy Client' })
    const next = await change(cy.id, { name: 'Di', email: 'di@firm.example', wecomUserid: null })
    expect(next).toMatchObject({ name: 'Di', validFrom: '2026-03-20T12:00:00.000Z', validTo: null })
    expect(next.id).not.toBe(cy.id)
    expect((await usersByName()).get('Cy Client')).toMatchObject({ status: 'former', warnings: [] })
    await expect(change(cy.id, { name: 'X' })).rejects.toMatchObject({ code: 'registered-user-not-found' })
    const ended = await erin().endRegisteredUser({ params: { ...params, user: next.id } })
    expect(ended).toMatchObject({ status: 'former', validTo: '2026-03-20T12:00:00.000Z' })
    const details = (await portal.audited('change-user'))
      .filter(({ outcome }) => outcome === 'succeeded')
      .map((event) => (event.details as { act: string }).act)
    expect(details).toEqual(['add', 'change', 'pass-on', 'end'])
    expect(JSON.stringify(await portal.audited('change-user'))).not.toContain('7700')
  })
})

describe('a capture by upload', () => {
  const chat = (...lines: string[]) => `${lines.join('\n')}\n`
  const upload = (body: string, query: object = {}) =>
    erin().captureFile({
      params,
      query: {
        source: 'whatsapp-export',
        name: 'WhatsApp Chat with Friend.txt',
        settings: JSON.stringify({ custodian: ada, timezone: 'UTC', dateOrder: 'dmy' }),
        ...query,
      },
      body,
    })

  it('is in the journal, named as the file was, and nothing of it stays behind', async () => {
    const body = chat('18/03/2026, 09:00 - Ada: hello', '01/01/2026, 09:00 - Friend: hello')
    expect(await upload(body)).toMatchObject({ captured: 2, duplicates: 0, gaps: [] })
    expect(await upload(body, { name: '../../etc/WhatsApp Chat with Friend.txt' })).toMatchObject({
      duplicates: 2,
    })
    expect(leftOver()).toEqual([])
    expect((await erin().listCaptures({ params }))[0]).toMatchObject({
      ...{ source: 'whatsapp-export', captured: 0, duplicates: 2, finishedAt: expect.any(String) },
    })
    expect(await erin().readAccount({ params })).toMatchObject({
      ...{ records: 2, lastCapturedAt: '2026-03-20T12:00:00.000Z' },
      byFamily: { whatsapp: { records: 2, acknowledgedSequence: 0 } },
    })
  })

  it('shows who was captured when, once it was imported', async () => {
    await firm.connect('whatsapp')
    await firm.run('whatsapp')
    const users = await erin().listRegisteredUsers({ params })
    const byMobile = (mobile: string) => users.find((user) => user.mobile === mobile)
    expect(byMobile(ada)).toMatchObject({
      status: 'capturing',
      lastMessageAt: '2026-03-18T09:00:00.000Z',
    })
    expect(byMobile('+447700900002')).toMatchObject({ status: 'never', lastMessageAt: null })
    firm.setClock('2026-04-20T12:00:00Z')
    expect((await usersByName()).get('Ada')).toBeDefined()
    expect((await erin().listRegisteredUsers({ params })).find((user) => user.mobile === ada)).toMatchObject({
      status: 'quiet',
    })
    firm.setClock('2026-03-20T12:00:00Z')
  })

  it('that is refused leaves nothing behind either', async () => {
    await expect(upload('no chat at all\n')).rejects.toMatchObject({ code: 'not-a-chat-export' })
    await expect(upload('x', { settings: '[]' })).rejects.toMatchObject({ code: 'bad-settings' })
    await expect(upload('x', { source: 'fax' })).rejects.toMatchObject({ code: 'unknown-source' })
    expect(leftOver()).toEqual([])
  })

  it('names no file of the machine, however it is asked to', async () => {
    const reading = { custodian: ada, media: '/etc' }
    await expect(upload('x', { settings: JSON.stringify(reading) })).rejects.toThrow(/no use for "media"/)
    const sources = await erin().listSources()
    const [whatsapp] = sources.filter(({ name }) => name === 'whatsapp-export')
    const properties = whatsapp!.settings.properties as Record<
      string,
      { description?: string; enum?: string[] }
    >
    expect(Object.keys(properties)).toEqual(['custodian', 'custodianName', 'chat', 'timezone', 'dateOrder'])
    expect(properties.dateOrder?.enum).toContain('dmy')
    expect(properties.custodian?.description).toBeTruthy()
  })

  it('on a disk that fills up says so, and leaves nothing behind', async () => {
    const filling = defineSource({
      name: 'filling',
      title: 'Filling',
      channels: ['whatsapp'],
      settings: z.object({}),
      // biome-ignore lint/correctness/useYield: it fails before its first record
      async *capture() {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      },
      decode: () => ({ decoded: false, reason: 'undecodable', explanation: 'not asked for' }),
    })
    const full = await openPortal(firm, {
      people: { erin: connectorAdministrator },
      parts: { sources: [filling] },
    })
    try {
      const refused = full.as('erin').captureFile({
        params,
        query: { source: 'filling', name: 'a.txt' },
        body: 'x',
      })
      await expect(refused).rejects.toMatchObject({ code: 'disk-full', status: 507 })
      expect(readdirSync(full.folder.temporary).filter((name) => name.startsWith('upload-'))).toEqual([])
    } finally {
      await full.close()
    }
  })
})

describe('a site that runs elsewhere', () => {
  it('is not looked after here', async () => {
    const alone = await openPortal(firm, {
      people: { erin: connectorAdministrator },
      parts: { site: null },
    })
    try {
      await expect(alone.as('erin').listAccounts()).rejects.toMatchObject({ code: 'site-elsewhere' })
    } finally {
      await alone.close()
    }
  })
})
