import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ada, type Caller, startCaller } from './caller.ts'

let caller: Caller
beforeEach(async () => {
  caller = await startCaller()
})
afterEach(() => caller.close())

const itemProperty = 'String {fe474f0e-d260-49a4-81b3-f518c0e6238d} Name HoldfastItem'
const sent = '2026-03-20T09:08:07.654Z'
const delivered = '2026-03-20T09:09:00.000Z'

function message(more: object = {}) {
  return {
    subject: 'Chat between Ada and Ben',
    body: { contentType: 'html', content: '<p>早上好</p>' },
    from: { emailAddress: { name: 'Ada', address: ada } },
    toRecipients: [{ emailAddress: { address: 'ben@firm.example' } }],
    internetMessageId: '<one@holdfast.example>',
    singleValueExtendedProperties: [
      { id: 'Integer 0x0E07', value: '1' },
      { id: 'SystemTime 0x0039', value: sent },
      { id: 'SystemTime 0x0E06', value: delivered },
      { id: 'String 0x001A', value: 'ipm.externaldata.whatsapparchiver' },
      { id: itemProperty, value: 'Item-7' },
    ],
    ...more,
  }
}

async function madeFolder(displayName = 'WhatsApp Archiver'): Promise<string> {
  return (await caller.mail('POST', '/mailFolders', { body: { displayName } })).body.id
}

const post = (folder: string, body: unknown) =>
  caller.mail('POST', `/mailFolders/${folder}/messages`, { body })

const query = (options: Record<string, string>) => `?${new URLSearchParams(options)}`

describe('folders', () => {
  it('are made under the root and found by name', async () => {
    const made = await caller.mail('POST', '/mailFolders', { body: { displayName: "Ada's 微信" } })
    expect(made).toMatchObject({ status: 201, body: { displayName: "Ada's 微信", isHidden: false } })
    const found = await caller.mail(
      'GET',
      `/mailFolders/msgfolderroot/childFolders${query({ $filter: "displayName eq 'ada''s 微信'", $select: 'id' })}`,
    )
    expect(found.body).toEqual({ value: [{ id: made.body.id }] })
    expect((await caller.mail('GET', `/mailFolders/${made.body.id}`)).body.displayName).toBe("Ada's 微信")
    expect((await caller.mail('GET', '/mailFolders/none')).body.error.code).toBe('ErrorItemNotFound')
  })

  it('that are hidden are seen only by who asks for them, and keep their name taken', async () => {
    caller.server.addFolder(ada, 'WhatsApp Archiver', true)
    const names = async (options: Record<string, string>) =>
      (await caller.mail('GET', `/mailFolders${query(options)}`)).body.value.map(
        (folder: { displayName: string }) => folder.displayName,
      )
    expect(await names({})).toEqual(['Inbox', 'Deleted Items'])
    expect(await names({ includeHiddenFolders: 'true' })).toContain('WhatsApp Archiver')
    for (const displayName of ['WhatsApp Archiver', 'INBOX'])
      expect(await caller.mail('POST', '/mailFolders', { body: { displayName } })).toMatchObject({
        status: 409,
        body: { error: { code: 'ErrorFolderExists' } },
      })
  })

  it('come in pages of ten', async () => {
    for (let number = 0; number < 12; number++) await madeFolder(`Folder ${number}`)
    const first = await caller.mail('GET', '/mailFolders')
    expect(first.body.value).toHaveLength(10)
    const second = await caller.ask('GET', first.body['@odata.nextLink'])
    expect(second.body.value).toHaveLength(4)
    expect(second.body).not.toHaveProperty('@odata.nextLink')
  })

  it('take no query option and no property that is not documented', async () => {
    expect((await caller.mail('GET', '/mailFolders?$search=x')).status).toBe(400)
    expect((await caller.mail('GET', `/mailFolders${query({ $filter: 'isHidden eq true' })}`)).status).toBe(
      400,
    )
    expect((await caller.mail('POST', '/mailFolders', { body: { name: 'x' } })).status).toBe(400)
  })
})

describe('a message', () => {
  it('is no draft and has times and class of its own where they were set as it was made', async () => {
    const folder = await madeFolder()
    const { status, body } = await post(folder, message())
    expect(status).toBe(201)
    const wanted = ['Integer 0x0E07', 'String 0x001A', 'SystemTime 0x0E06', itemProperty, 'String 0x0042']
    const filter = wanted.map((id) => `id eq '${id}'`).join(' or ')
    const read = await caller.mail(
      'GET',
      `/messages/${body.id}${query({ $expand: `singleValueExtendedProperties($filter=${filter})` })}`,
    )
    expect(read.body).toMatchObject({
      ...{ isDraft: false, isRead: true, hasAttachments: false, parentFolderId: folder },
      ...{ sentDateTime: '2026-03-20T09:08:07Z', receivedDateTime: '2026-03-20T09:09:00Z' },
      ...{ internetMessageId: '<one@holdfast.example>', subject: 'Chat between Ada and Ben' },
    })
    // The service writes tags shorter than they are asked for, and whole seconds.
    expect(read.body.singleValueExtendedProperties).toEqual([
      { id: 'Integer 0xe07', value: '1' },
      { id: 'String 0x1a', value: 'ipm.externaldata.whatsapparchiver' },
      { id: 'SystemTime 0xe06', value: '2026-03-20T09:09:00Z' },
      { id: itemProperty, value: 'Item-7' },
    ])
  })

  it.each([
    ['without the flags', []],
    ['with the flag "unsent"', [{ id: 'Integer 0x0E07', value: '9' }]],
  ])('is a draft %s', async (_how, singleValueExtendedProperties) => {
    const made = await post('inbox', message({ singleValueExtendedProperties }))
    expect(made.body.isDraft).toBe(true)
  })

  it('stays the draft that it is, whatever a PATCH says and is told', async () => {
    const { body } = await post('inbox', message({ singleValueExtendedProperties: [] }))
    const patched = await caller.mail('PATCH', `/messages/${body.id}`, {
      body: {
        ...{ isDraft: false, isRead: true },
        singleValueExtendedProperties: [
          { id: 'Integer 0x0E07', value: '1' },
          { id: itemProperty, value: 'Item-8' },
        ],
      },
    })
    expect(patched.status).toBe(200)
    const read = await caller.mail(
      'GET',
      `/messages/${body.id}${query({ $expand: `singleValueExtendedProperties($filter=id eq 'Integer 0x0E07' or id eq '${itemProperty}')` })}`,
    )
    expect(read.body).toMatchObject({ isDraft: true, isRead: true })
    expect(read.body.singleValueExtendedProperties).toEqual([{ id: itemProperty, value: 'Item-8' }])
  })

  it('of MIME is a draft; what is not base64 is refused', async () => {
    const mime = Buffer.from('Subject: Hello\r\nMessage-ID: <two@holdfast.example>\r\n\r\nText').toString(
      'base64',
    )
    const headers = { 'content-type': 'text/plain' }
    const made = await caller.mail('POST', '/mailFolders/inbox/messages', { body: mime, headers })
    expect(made).toMatchObject({
      status: 201,
      body: { isDraft: true, subject: 'Hello', internetMessageId: '<two@holdfast.example>' },
    })
    expect(
      await caller.mail('POST', '/mailFolders/inbox/messages', { body: 'Subject: Hello', headers }),
    ).toMatchObject({ status: 400, body: { error: { code: 'ErrorMimeContentInvalidBase64String' } } })
  })

  it('has up to five headers that begin with x-, which come back only when asked for', async () => {
    const internetMessageHeaders = [1, 2, 3, 4, 5].map((at) => ({ name: `x-holdfast-${at}`, value: 'v' }))
    const { body } = await post('inbox', message({ internetMessageHeaders }))
    expect(body).not.toHaveProperty('internetMessageHeaders')
    expect((await caller.mail('GET', `/messages/${body.id}?$select=internetMessageHeaders`)).body).toEqual({
      ...{ id: body.id, internetMessageHeaders },
    })
  })

  const header = { name: 'x-one', value: 'v' }
  it.each([
    ['InvalidInternetMessageHeaderCollection', { internetMessageHeaders: [] }],
    ['InvalidInternetMessageHeaderCollection', { internetMessageHeaders: Array(6).fill(header) }],
    ['InvalidInternetMessageHeader', { internetMessageHeaders: [{ name: 'Subject', value: 'v' }] }],
    ['InvalidInternetMessageHeader', { internetMessageHeaders: [{ name: 'x-one', value: 'v'.repeat(996) }] }],
    ['RequestBodyRead', { subject: 'x'.repeat(256) }],
    ['RequestBodyRead', { internetMessageId: 'no-brackets@firm.example' }],
    ['RequestBodyRead', { receivedDateTime: sent }],
    ['ErrorInvalidProperty', { singleValueExtendedProperties: [{ id: '0x0E07', value: '1' }] }],
    ['ErrorInvalidProperty', { singleValueExtendedProperties: [{ id: 'Integer 0x0E07', value: 'one' }] }],
    ['ErrorInvalidProperty', { singleValueExtendedProperties: [{ id: 'SystemTime 0x39', value: 'today' }] }],
  ])('is refused with %s for %j', async (code, more) => {
    const { status, body } = await post('inbox', message(more))
    expect({ status, code: body.error.code }).toEqual({ status: 400, code })
    expect(caller.server.messages(ada, 'Inbox')).toEqual([])
  })

  it('is deleted to Deleted Items, or for good', async () => {
    const { body } = await post('inbox', message())
    expect((await caller.mail('DELETE', `/messages/${body.id}`)).status).toBe(204)
    expect(caller.server.messages(ada, 'Deleted Items')).toHaveLength(1)
    expect((await caller.mail('POST', `/messages/${body.id}/permanentDelete`)).status).toBe(204)
    expect((await caller.mail('GET', `/messages/${body.id}`)).status).toBe(404)
  })
})

describe('messages of a folder', () => {
  it('come page by page, with what is asked for', async () => {
    const folder = await madeFolder()
    for (let number = 0; number < 7; number++)
      await post(folder, message({ internetMessageId: `<${number}@holdfast.example>` }))
    await post('inbox', message())
    const subjects: string[] = []
    const options = { $top: '3', $select: 'internetMessageId', $expand: 'attachments($select=name,size)' }
    let next: string | undefined = `/users/${ada}/mailFolders/${folder}/messages${query(options)}`
    for (let page = 0; next !== undefined && page < 5; page++) {
      const { body } = await caller.ask('GET', next)
      for (const one of body.value) {
        expect(Object.keys(one).sort()).toEqual(['attachments', 'id', 'internetMessageId'])
        subjects.push(one.internetMessageId)
      }
      next = body['@odata.nextLink']
    }
    expect(subjects).toEqual([0, 1, 2, 3, 4, 5, 6].map((number) => `<${number}@holdfast.example>`))
  })

  it('are found by an extended property, whose value may be written in either case', async () => {
    const { body } = await post('inbox', message())
    const filter = (value: string) =>
      `/mailFolders/inbox/messages${query({
        $filter: `singleValueExtendedProperties/Any(ep: ep/id eq '${itemProperty}' and ep/value eq '${value}')`,
        $select: 'id',
      })}`
    expect((await caller.mail('GET', filter('item-7'))).body.value).toEqual([{ id: body.id }])
    expect((await caller.mail('GET', filter('item-8'))).body.value).toEqual([])
    const other = await caller.mail(
      'GET',
      `/mailFolders/inbox/messages${query({ $filter: 'isRead eq true' })}`,
    )
    expect(other).toMatchObject({ status: 400, body: { error: { code: 'ErrorInvalidUrlQueryFilter' } } })
  })
})

describe('a mailbox', () => {
  it.each([
    ['unlicensed', 404, 'MailboxNotEnabledForRESTAPI'],
    ['blocked-by-policy', 403, 'ErrorAccessDenied'],
    ['full', 507, 'ErrorQuotaExceeded'],
  ] as const)('that is %s takes nothing', async (state, status, code) => {
    caller.server.mailbox(ada).state = state
    expect(await post('inbox', message())).toMatchObject({ status, body: { error: { code } } })
  })
})

describe('a service that does otherwise than it is told, without a word', () => {
  const attachments = [
    {
      '@odata.type': '#microsoft.graph.fileAttachment',
      ...{ name: 'a.txt', contentType: 'text/plain', contentBytes: 'YWJjZA==' },
    },
  ]

  it.each([
    ['drafts', { isDraft: true }],
    ['class', { itemClass: 'IPM.Note' }],
    ['truncates-attachments', { attachments: [expect.objectContaining({ name: 'a.txt', bytes: 2 })] }],
  ] as const)('%s', async (silence, kept) => {
    caller.server.beSilent(silence)
    expect((await post('inbox', message({ attachments }))).status).toBe(201)
    expect(caller.server.messages(ada, 'Inbox')).toMatchObject([kept])
  })

  it('times, and loses', async () => {
    caller.server.beSilent('times')
    const timed = await post('inbox', message())
    expect(timed.body.sentDateTime).not.toBe('2026-03-20T09:08:07Z')
    caller.server.beSilent('loses')
    const lost = await post('inbox', message())
    expect(lost.status).toBe(201)
    expect((await caller.mail('GET', `/messages/${lost.body.id}`)).status).toBe(404)
    expect(caller.server.messages(ada, 'Inbox')).toHaveLength(1)
  })
})
