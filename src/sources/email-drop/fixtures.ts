/** E-mails for tests, written for the purpose in the shapes of RFC 5322, MIME and Exchange's journal reports. */

export interface Written {
  readonly fields?: Readonly<Record<string, string>>
  readonly body?: string
}

let boundaries = 0

/** An e-mail with CRLF lines; a field that is given as `''` is left out. */
export function eml({ fields = {}, body = 'Hello' }: Written = {}): Buffer {
  const all: Record<string, string> = {
    From: 'Ada Park <+447700900001@vendor.example>',
    To: '"Ng, Wei" <447700900002@vendor.example>',
    Date: 'Mon, 2 Mar 2026 10:15:00 +0800',
    Subject: 'Deal team',
    'Message-ID': '<one@vendor.example>',
    'MIME-Version': '1.0',
    ...fields,
  }
  const head = Object.entries(all)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
  return Buffer.from([...head, '', body.replaceAll(/\r?\n/g, '\r\n')].join('\r\n'))
}

export interface WrittenPart {
  readonly type: string
  readonly fields?: Readonly<Record<string, string>>
  readonly body: string
}

/** Content-Type and body of a multipart. */
export function multipart(kind: string, parts: readonly WrittenPart[]): { type: string; body: string } {
  const boundary = `=_part_${++boundaries}`
  const lines = parts.flatMap(({ type, fields = {}, body }) => [
    `--${boundary}`,
    `Content-Type: ${type}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ])
  return {
    type: `multipart/${kind}; boundary="${boundary}"`,
    body: ['A preamble.', ...lines, `--${boundary}--`, 'An epilogue.'].join('\r\n'),
  }
}

export function withParts(
  kind: string,
  parts: readonly WrittenPart[],
  fields: Written['fields'] = {},
): Buffer {
  const { type, body } = multipart(kind, parts)
  return eml({ fields: { 'Content-Type': type, ...fields }, body })
}

export function attachedFile(name: string, content: Buffer | string, type: string): WrittenPart {
  return {
    type: `${type}; name="${name}"`,
    fields: {
      'Content-Transfer-Encoding': 'base64',
      'Content-Disposition': `attachment; filename="${name}"`,
    },
    body: Buffer.from(content).toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
  }
}

/** What Exchange writes around a message, with the recipients that only the server knew. */
export function journalReport(inner: Buffer, recipients: readonly string[]): Buffer {
  const words = [
    'Sender: ada@firm.example',
    'Subject: Deal team',
    'Message-Id: <one@vendor.example>',
    ...recipients.map((recipient) => `To: ${recipient}`),
    '',
  ]
  const { type, body } = multipart('mixed', [
    { type: 'text/plain; charset="us-ascii"', body: words.join('\r\n') },
    { type: 'message/rfc822', body: inner.toString('latin1') },
  ])
  return eml({
    fields: {
      ...{ From: 'journal@firm.example', To: 'archive@holdfast.example', 'Content-Type': type },
      ...{ 'X-MS-Journal-Report': ' ', 'Message-ID': `<report-${recipients.length}@firm.example>` },
      Date: 'Tue, 3 Mar 2026 00:00:00 +0000',
    },
    body,
  })
}

export const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

export const photo = withParts(
  'mixed',
  [
    { type: 'text/plain; charset=utf-8', fields: { 'Content-Transfer-Encoding': '8bit' }, body: '看一下' },
    attachedFile('图.png', png, 'image/png'),
  ],
  { 'Message-ID': '<two@vendor.example>', 'In-Reply-To': '<one@vendor.example>', 'X-Thread-Kind': 'group' },
)

/** One of each, as files of a drop. */
export const samples: readonly Buffer[] = [
  eml(),
  photo,
  journalReport(eml({ fields: { 'Message-ID': '<three@vendor.example>' } }), ['grace@firm.example']),
  eml({ fields: { 'Message-ID': '', From: '=?utf-8?B?5byg5LiJ?= <zhang@firm.example>' }, body: 'No id' }),
  eml({ fields: { 'Message-ID': '<four@vendor.example>', Date: 'yesterday' } }),
  withParts(
    'alternative',
    [
      { type: 'text/plain', body: '' },
      { type: 'text/html; charset=gb2312', body: '<p>Hi<br>there</p>' },
    ],
    { 'Message-ID': '<five@vendor.example>' },
  ),
]

export function mbox(emails: readonly Buffer[]): Buffer {
  const pieces = emails.map((email) => {
    const lines = email
      .toString('latin1')
      .replaceAll('\r\n', '\n')
      .replaceAll(/^(>*From )/gm, '>$1')
    return `From archive@vendor.example Mon Mar  2 10:15:00 2026\n${lines}\n\n`
  })
  return Buffer.from(pieces.join(''), 'latin1')
}
