import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { connectorAdministrator, openPortal, type Portal } from '../../../test/journey/portal.ts'

let firm: Firm
let portal: Portal

beforeAll(async () => {
  firm = await openFirm()
  await firm.addMailboxes(
    'address,name\nada@firm.example,Ada\nben@firm.example,Ben\nrest@firm.example,All the rest\n',
  )
  await firm.addUsers(
    [
      'name,mobile,email',
      'Ada,+447700900111,ada@firm.example',
      'Ben,+447700900112,ben.other@firm.example',
      'Cy,+447700900113,cy@firm.example',
      '',
    ].join('\n'),
  )
  portal = await openPortal(firm, {
    people: { erin: connectorAdministrator, frank: connectorAdministrator, reader: ['Preview'] },
  })
  await portal.startWorker()
})
afterAll(async () => {
  await portal?.close()
  await firm?.close()
})

const begin = async (type: 'whatsapp' | 'wechat' = 'whatsapp') =>
  portal.as('erin').createDraft({ body: { type, zone: 'Europe/Stockholm' } })

const mappingCsv = 'External User ID,Microsoft 365 User Mailbox\n447700900112,ben@firm.example\n'

describe('the wizard', () => {
  it('makes a connector from steps that are saved one by one, and runs it at once', async () => {
    const erin = portal.as('erin')
    let draft = await begin()
    expect(draft).toMatchObject({ step: 'description', name: 'WhatsApp Archiver', createdBy: 'erin' })
    expect(draft.schedule).toEqual({ cron: '30 2 * * *', zone: 'Europe/Stockholm' })
    const params = { id: draft.id }
    const save = async (body: object) => {
      draft = await erin.saveDraft({ params, body: { version: draft.version, ...body } })
    }
    await save({ step: 'terms', termsAccepted: true })
    await save({ step: 'sign-in', siteUrl: firm.siteUrl, ...firm.credentials })
    expect(draft).toMatchObject({ termsAccepted: true, hasPassword: true, signIn: null })
    draft = await erin.testDraftSignIn({ params })
    expect(draft.signIn).toMatchObject({ account: 'Firm' })
    expect(await erin.uploadDraftMapping({ params, query: { name: 'map.csv' }, body: mappingCsv })).toEqual({
      taken: true,
      rows: 1,
    })
    expect(await erin.previewDraft({ params })).toMatchObject({
      ...{ registeredUsers: 3, byCsv: 1, byEmailProperty: 1, unmapped: 1 },
      unmappedUsers: [{ name: 'Cy', reason: expect.stringContaining('not a mailbox of the directory') }],
    })
    await save({ step: 'review', catchAll: 'rest@firm.example' })
    expect(await erin.readDraft({ params })).toMatchObject({
      step: 'review',
      mappingFile: { name: 'map.csv', rows: 1 },
      catchAll: 'rest@firm.example',
    })
    expect(JSON.stringify(await erin.listDrafts())).not.toContain(firm.credentials.password)

    const made = await erin.finishDraft({ params, body: { version: draft.version } })
    expect(made).toMatchObject({
      ...{ name: 'WhatsApp Archiver', mappingRows: 1, catchAll: 'rest@firm.example', health: 'running' },
      terms: { acceptedBy: 'erin' },
      lastRun: { requestedBy: 'erin' },
    })
    await expect(erin.readDraft({ params })).rejects.toMatchObject({ code: 'not-found' })
    await expect
      .poll(async () => (await erin.readConnector({ params: { id: made.id } })).lastRun?.state)
      .toBe('succeeded')
    const [event] = await portal.audited('create-connector')
    expect(event).toMatchObject({ actor: 'erin', target: 'WhatsApp Archiver', outcome: 'succeeded' })
    expect(JSON.stringify(await portal.audited())).not.toContain(firm.credentials.password)
  })

  it('finished twice makes one connector', async () => {
    const erin = portal.as('erin')
    const { id, version } = await begin()
    const params = { id }
    const filled = await erin.saveDraft({
      params,
      body: { version, termsAccepted: true, siteUrl: firm.siteUrl, ...firm.credentials },
    })
    const finish = () => erin.finishDraft({ params, body: { version: filled.version, run: false } })
    const [one, other] = await Promise.all([finish(), finish()])
    expect(one.id).toBe(other.id)
    expect((await finish()).id).toBe(one.id)
    expect((await erin.listConnectors()).filter(({ name }) => name === one.name)).toHaveLength(1)
  })

  it('says which step is not complete', async () => {
    const erin = portal.as('erin')
    let draft = await begin('wechat')
    const params = { id: draft.id }
    const missing = () =>
      erin.finishDraft({ params, body: { version: draft.version } }).then(
        () => 'none',
        ({ code, details }) => `${code} ${details.step}`,
      )
    expect(await missing()).toBe('draft-incomplete terms')
    draft = await erin.saveDraft({ params, body: { version: draft.version, termsAccepted: true } })
    expect(await missing()).toBe('draft-incomplete sign-in')
    draft = await erin.saveDraft({
      params,
      body: { version: draft.version, siteUrl: firm.siteUrl, ...firm.credentials, automaticMapping: false },
    })
    expect(await missing()).toBe('draft-incomplete mapping')
    await erin.saveDraft({
      params,
      body: { version: draft.version, automaticMapping: true, name: 'WhatsApp Archiver' },
    })
    draft = await erin.readDraft({ params })
    expect(await missing()).toContain('connector-exists')
    expect(await erin.removeDraft({ params })).toEqual({ done: true })
  })

  it('tells the later of two administrators who was quicker, and never oneself', async () => {
    const { id, version } = await begin()
    const params = { id }
    const save = (who: string, name: string) => portal.as(who).saveDraft({ params, body: { version, name } })
    await save('erin', 'First')
    await save('erin', 'Second')
    const refused = save('frank', 'Mine')
    await expect(refused).rejects.toMatchObject({ code: 'changed-meanwhile', status: 409 })
    await expect(refused).rejects.toThrow(/^erin has saved this draft/)
    const now = await portal.as('frank').readDraft({ params })
    await portal.as('frank').saveDraft({ params, body: { version: now.version, name: 'Mine' } })
    await expect(save('erin', 'Third')).rejects.toThrow(/^frank has saved/)
    await expect(portal.as('erin').finishDraft({ params, body: { version } })).rejects.toMatchObject({
      code: expect.stringMatching(/changed-meanwhile|draft-incomplete/),
    })
  })

  it('takes a mapping whole or says what is wrong row by row', async () => {
    const { id } = await begin()
    const body =
      'External User ID,Microsoft 365 User Mailbox\nabc,ada@firm.example\n447700900112,no@firm.example\n'
    const answer = await portal.as('erin').uploadDraftMapping({ params: { id }, query: {}, body })
    expect(answer).toMatchObject({
      taken: false,
      problems: [
        { row: 2, column: 'External User ID' },
        { row: 3, column: 'Microsoft 365 User Mailbox' },
      ],
    })
    expect(await portal.as('erin').readDraft({ params: { id } })).toMatchObject({ mappingFile: null })
  })

  it('says what the site refused without taking the person for signed out, and forgets a trial of other credentials', async () => {
    const erin = portal.as('erin')
    const { id, version } = await begin()
    const params = { id }
    let draft = await erin.saveDraft({
      params,
      body: { version, siteUrl: firm.siteUrl, username: firm.credentials.username, password: 'wrong' },
    })
    await expect(erin.testDraftSignIn({ params })).rejects.toMatchObject({
      code: 'site-sign-in-refused',
      status: 400,
    })
    expect((await portal.audited('test-sign-in')).at(-1)).toMatchObject({ outcome: 'refused' })
    draft = await erin.saveDraft({ params, body: { version: draft.version, ...firm.credentials } })
    expect((await erin.testDraftSignIn({ params })).signIn).not.toBeNull()
    draft = await erin.readDraft({ params })
    draft = await erin.saveDraft({ params, body: { version: draft.version, password: '' } })
    expect(draft).toMatchObject({ hasPassword: true, signIn: { account: 'Firm' } })
    draft = await erin.saveDraft({ params, body: { version: draft.version, username: 'other' } })
    expect(draft.signIn).toBeNull()
  })

  it('is for those who look after connectors', async () => {
    await expect(portal.as('reader').listDrafts()).rejects.toMatchObject({ status: 403 })
  })
})

describe('the terms', () => {
  it('are there in five languages with the notice on third parties, and make way for an own text', async () => {
    const reader = portal.as('reader')
    const texts = await Promise.all(
      ['en', 'es', 'zh-Hans', 'sv', 'it'].map((language) => reader.readTerms({ query: { language } })),
    )
    expect(new Set(texts.map(({ markdown }) => markdown)).size).toBe(5)
    for (const { markdown } of texts) expect(markdown).toContain('FedRAMP')
    expect(await reader.readTerms({ query: { language: 'sv-SE' } })).toEqual(texts[3])
    const { id, version } = await begin()
    const params = { id }
    await portal.as('erin').saveDraft({ params, body: { version, termsAccepted: true } })
    await firm.pool.query(
      `insert into setting (name, value, changed_by, changed_at) values ('termsText', $1, 'test', now())`,
      [JSON.stringify('Our own words.')],
    )
    expect(await reader.readTerms({ query: {} })).toMatchObject({
      markdown: 'Our own words.',
      version: expect.stringMatching(/^own-/),
    })
    expect(await portal.as('erin').readDraft({ params })).toMatchObject({ termsAccepted: false })
    await firm.pool.query(`update setting set value = 'null' where name = 'termsText'`)
  })
})
