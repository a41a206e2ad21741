import { describe, expect, test } from 'vitest'
import { attachedFile, eml, journalReport, multipart, photo, png, withParts } from './fixtures.ts'
import { captureBytes, messagesOf, readOne } from './test-capture.ts'

const phone = (last: number) => `+44770090000${last}`

describe('an e-mail of an archiver', () => {
  test('becomes a message with its people, its time in its own zone, and its subject as the chat', async () => {
    const message = await readOne(eml())
    expect(message).toMatchObject({
      ...{ channel: 'whatsapp', route: 'email-drop', kind: 'text', event: 'sent', text: 'Hello' },
      vendorId: 'one@vendor.example',
      sender: { identity: { type: 'phone', value: phone(1) }, name: 'Ada Park' },
      recipients: [{ identity: { type: 'phone', value: phone(2) }, name: 'Ng, Wei' }],
      conversation: { id: `${phone(1)}|${phone(2)}`, name: 'Deal team', type: 'direct' },
      sentAt: {
        ...{ utc: Date.UTC(2026, 2, 2, 2, 15), zone: 'Etc/GMT-8', offsetMinutes: 480 },
        text: 'Mon, 2 Mar 2026 10:15:00 +0800',
      },
    })
  })

  test('carries its files, and what it answers', async () => {
    const captured = await captureBytes({ 'photo.eml': photo })
    const message = messagesOf(captured)[0]!
    expect(message).toMatchObject({
      ...{ kind: 'image', text: '看一下' },
      refersTo: { relation: 'replies-to', vendorId: 'one@vendor.example' },
      fields: [{ label: 'x-thread-kind', value: 'group' }],
    })
    expect(message.attachments).toMatchObject([{ name: '图.png', mediaType: 'image/png', bytes: png.length }])
    expect(captured.contents.get('图.png')).toEqual(png)
    expect(captured.records[0]).toMatchObject({ refersTo: 'one@vendor.example' })
  })

  test('that a journal report holds is taken out, with the recipients that the report names', async () => {
    const inner = eml({ body: 'Sold' })
    const recipients = ['grace@firm.example, Expanded: desk@firm.example', 'bcc@firm.example']
    const captured = await captureBytes({
      'one.eml': journalReport(inner, recipients),
      'two.eml': journalReport(inner, [...recipients, 'late@firm.example']),
      'same.eml': journalReport(inner, recipients),
    })
    const message = messagesOf(captured)[0]!
    expect(message).toMatchObject({ text: 'Sold', vendorId: 'one@vendor.example', attachments: [] })
    expect(message.recipients.map(({ identity }) => identity.value)).toEqual([
      phone(2),
      'grace@firm.example',
      'bcc@firm.example',
    ])
    expect(message.notes).toEqual(['The message came inside a journal report, which named its recipients.'])
    const [one, same, two] = captured.records.map(({ identity }) => identity)
    expect(same).toEqual(one)
    expect(two).not.toEqual(one)
  })

  test('that a person forwarded is no journal report', async () => {
    const { type, body } = multipart('mixed', [
      { type: 'text/plain', body: 'Sender: look\r\nTo: ada@firm.example' },
      { type: 'message/rfc822', body: eml().toString() },
    ])
    const message = await readOne(eml({ fields: { 'Content-Type': type }, body }))
    expect(message.text).toMatch(/^Sender: look/)
    expect(message.attachments).toMatchObject([{ name: 'part-1.2.eml', mediaType: 'message/rfc822' }])
  })

  test('about a deletion is an event of its own', async () => {
    const message = await readOne(
      eml({
        fields: { Subject: 'DELETED for all - UNREAD: Deal team', 'In-Reply-To': '<zero@vendor.example>' },
      }),
    )
    expect(message).toMatchObject({
      event: 'deleted',
      refersTo: { relation: 'deletes', vendorId: 'zero@vendor.example' },
      fields: [
        { label: 'deleted', value: 'unread' },
        { label: 'deleted for', value: 'all' },
      ],
    })
    expect((await readOne(eml({ fields: { Subject: 'Deleted the unread mail' } }))).event).toBe('sent')
  })

  test('names the channel by a header field where it has one', async () => {
    const settings = { channel: 'whatsapp', channelHeader: 'X-Source' }
    const channelOf = async (fields: Record<string, string>) =>
      (await readOne(eml({ fields }), settings)).channel
    expect(await channelOf({ 'X-Source': 'WeChat' })).toBe('wechat')
    expect(await channelOf({ 'X-Source': '企业微信' })).toBe('wecom')
    expect(await channelOf({ 'X-GlobalRelay-MsgType': 'WhatsApp Business' })).toBe('whatsapp')
    expect(await channelOf({ Subject: 'about WeChat' })).toBe('whatsapp')
  })

  test('without a Date has the time of what else says it, and says so', async () => {
    const message = await readOne(
      eml({
        fields: {
          Date: 'soon',
          Received: 'from a.example by b.example; Tue, 3 Mar 2026 01:02:03 -0000',
        },
      }),
    )
    expect(message.sentAt.utc).toBe(Date.UTC(2026, 2, 3, 1, 2, 3))
    expect(message.notes).toEqual([
      'The Date of the e-mail cannot be read; the time is that of the field Received.',
    ])
    const { results } = await captureBytes({ 'one.eml': eml({ fields: { Date: 'soon' } }) })
    expect(results).toMatchObject([{ decoded: false, reason: 'undecodable' }])
  })
})

describe('a participant', () => {
  const cases: [string, string, Record<string, unknown>?][] = [
    ['+447700900003@vendor.example', 'phone:+447700900003'],
    ['447700900003@vendor.example', 'phone:+447700900003'],
    ['"+44 7700 900003"', 'phone:+447700900003'],
    ['<+44-7700-900003@vendor.example>', 'phone:+447700900003'],
    ['Grace <Grace@Firm.example>', 'email:grace@firm.example'],
    ['12025550123@qq.com', 'email:12025550123@qq.com'],
    ['447700900003@other.example', 'email:447700900003@other.example', { phoneDomains: ['vendor.example'] }],
    ['=?gbk?B?1cXI/Q==?= <zhang@firm.example>', 'email:zhang@firm.example'],
    ['Somebody', 'name:Somebody'],
    ['undisclosed-recipients:;', ''],
    ['archive@holdfast.example', '', { archiveAddresses: ['Archive@holdfast.example'] }],
  ]
  test.each(cases)(
    'written %s is %s',
    async (...[written, expected, settings]: [string, string, Record<string, unknown>?]) => {
      const { recipients } = await readOne(eml({ fields: { To: written } }), settings)
      expect(recipients.map(({ identity: { type, value } }) => `${type}:${value}`).join()).toBe(expected)
    },
  )

  test('is named once, also in groups, comments and fields of the vendor, and the sender is none', async () => {
    const message = await readOne(
      eml({
        fields: {
          To: 'Desk: a@firm.example, "B (b), x" <b@firm.example>;, A@firm.example (again)',
          Cc: '+447700900001@vendor.example',
          'X-Members': '+44 7700 900004, Carol <c@firm.example>',
        },
      }),
      { participantHeaders: ['x-members'] },
    )
    expect(message.recipients).toEqual([
      { identity: { type: 'email', value: 'a@firm.example' }, name: 'again' },
      { identity: { type: 'email', value: 'b@firm.example' }, name: 'B (b), x' },
      { identity: { type: 'phone', value: phone(4) } },
      { identity: { type: 'email', value: 'c@firm.example' }, name: 'Carol' },
    ])
    expect(message.conversation.type).toBe('group')
  })

  test('who is the one registered user is the custodian', async () => {
    const user = { name: 'Ada', mobile: phone(1), email: 'ada@firm.example' }
    const other = { name: 'Wei', mobile: phone(2), email: 'wei@firm.example' }
    const custodians = async (users: (typeof user)[]) =>
      (await captureBytes({ 'a.eml': eml() }, {}, users)).records.map(({ custodian }) => custodian)
    expect(await custodians([user])).toEqual([phone(1)])
    expect(await custodians([user, other])).toEqual([undefined])
  })
})

describe('the text', () => {
  test('is the plain one of an alternative, else that of the HTML', async () => {
    const html = '<style>p{}</style><p>5 &lt; 6 &amp; 7&#x2019;</p><!-- no --><div>a<br>b</div>'
    const both = withParts('alternative', [
      { type: 'text/plain', body: 'plain' },
      { type: 'text/html', body: html },
    ])
    expect((await readOne(both)).text).toBe('plain')
    const only = eml({ fields: { 'Content-Type': 'text/html; charset=utf-8' }, body: html })
    expect((await readOne(only)).text).toBe('5 < 6 & 7’\n\na\nb')
  })

  const encoded: readonly (readonly [string, string, string, Buffer | string])[] = [
    ['gb2312', '8bit', '你好', Buffer.from('c4e3bac3', 'hex')],
    ['big5', 'base64', '你好', 'p0Gmbg=='],
    ['iso-2022-jp', '7bit', 'こん', Buffer.from('1b2442243324731b2842', 'hex')],
    ['utf-8', 'quoted-printable', 'a=ä long', 'a=3D=C3=A4 =\r\nlong'],
    ['koi8-r', 'base64', 'да', 'xME='],
    ['', '8bit', 'é', Buffer.from('e9', 'hex')],
    ['utf-8', 'base64', 'ok', '!b*\r\n2s='],
  ]
  test.each(encoded)('in %s as %s is %s', async (charset, encoding, text, body) => {
    const head = eml({
      fields: {
        'Content-Type': charset === '' ? 'text/plain' : `text/plain; charset="${charset}"`,
        'Content-Transfer-Encoding': encoding,
      },
      body: '',
    })
    expect((await readOne(Buffer.concat([head, Buffer.from(body)]))).text).toBe(text)
  })

  test('in a character set that nobody knows is read all the same, and says so', async () => {
    const message = await readOne(
      eml({ fields: { 'Content-Type': 'text/plain; charset=x-klingon' }, body: 'ä' }),
    )
    expect(message.text).toBe('ä')
    expect(message.notes).toEqual(['The character set "x-klingon" is not known; the text may be misread.'])
  })

  test('that is empty is the subject, and no text at all is said in words', async () => {
    expect((await readOne(eml({ body: ' ' }))).text).toBe('Deal team')
    expect((await readOne(eml({ fields: { Subject: '' }, body: '' }))).text).toBe('An e-mail without a text.')
  })

  test('of a subject whose character is cut between two encoded words is whole', async () => {
    const message = await readOne(
      eml({ fields: { Subject: 'Re: =?utf-8?B?5Lmw5Q==?=\r\n =?UTF-8?B?haU=?= =?us-ascii?Q?now=21?=' } }),
    )
    expect(message.conversation.name).toBe('Re: 买入now!')
  })
})

describe('a file in an e-mail', () => {
  test('has the name that RFC 2231, an encoded word or its type gives, never a path', async () => {
    const part = (fields: Record<string, string>, type = 'application/pdf') => ({ type, fields, body: 'x' })
    const { contents } = await captureBytes({
      'a.eml': withParts('mixed', [
        part({ 'Content-Disposition': "attachment; filename*0*=utf-8''%E4%B9; filename*1*=%B0.pdf" }),
        part({ 'Content-Disposition': 'attachment; filename="=?utf-8?Q?caf=C3=A9.pdf?="' }),
        part({ 'Content-Disposition': 'attachment; filename="../../etc/C:\\\\x\\\\passwd"' }),
        part({}, 'application/pdf; name=".."'),
        attachedFile(`${'n'.repeat(500)}.docx`, 'x', 'application/msword'),
      ]),
    })
    expect([...contents.keys()]).toEqual([
      '买.pdf'.replace('买', Buffer.from('e4b9b0', 'hex').toString()),
      'café.pdf',
      'passwd',
      'part-1.4.bin',
      `${'n'.repeat(195)}.docx`,
    ])
  })

  test('comes out byte for byte whatever its encoding, also when it is large', async () => {
    const large = Buffer.alloc(900_001, Buffer.from(Array.from({ length: 251 }, (_, index) => index)))
    const quoted = [...large.subarray(0, 300_000)]
      .map(
        (byte, index) =>
          `=${byte.toString(16).toUpperCase().padStart(2, '0')}${index % 25 === 24 ? '=\r\n' : ''}`,
      )
      .join('')
    const { contents } = await captureBytes({
      'a.eml': withParts('mixed', [
        attachedFile('large.bin', large, 'application/octet-stream'),
        {
          type: 'application/octet-stream; name="quoted.bin"',
          fields: { 'Content-Transfer-Encoding': 'quoted-printable' },
          body: quoted,
        },
      ]),
    })
    expect(contents.get('large.bin')?.equals(large)).toBe(true)
    expect(contents.get('quoted.bin')?.equals(large.subarray(0, 300_000))).toBe(true)
  })
})

test('a date is read in every form that mailers write', async () => {
  const utc = Date.UTC(2026, 2, 2, 10, 15)
  const cases: readonly (readonly [string, number, string])[] = [
    ['2 Mar 2026 10:15 GMT', utc, 'UTC'],
    ['Mon, 02 Mar 26 05:15:00 EST', utc, 'Etc/GMT+5'],
    ['Mon, 2 Mar 2026 15:45:00 +0530 (IST)', utc, '+05:30'],
    ['Mon, 2 Mar 2026 10:15:60 -0000', utc + 59_000, 'UTC'],
    ['2026-03-02T10:15:00.250Z', utc + 250, 'UTC'],
    ['2-March-2026 10.15.00 +00:00', utc, 'UTC'],
  ]
  for (const [written, expected, zone] of cases) {
    const { sentAt } = await readOne(eml({ fields: { Date: written } }))
    expect(sentAt, written).toMatchObject({ utc: expected, zone, text: written })
  }
  for (const wrong of [
    'Mon, 31 Feb 2026 10:15:00 +0000',
    '2 Mar 1969 10:15 GMT',
    '2 Mar 2026 25:15 GMT',
    'x',
  ]) {
    const { results } = await captureBytes({ 'a.eml': eml({ fields: { Date: wrong } }) })
    expect(results[0]!.decoded, wrong).toBe(false)
  }
})
