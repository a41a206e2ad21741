/** A firm with WhatsApp and WeCom messages in four mailboxes, and a portal for those who search and read them. */
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { openPortal } from '../../../test/journey/portal.ts'
import {
  captureWecom,
  groupText,
  recallOf,
  threeMailboxes,
  threePeople,
} from '../../../test/journey/wecom.ts'
import type { Role } from '../../domain/roles.ts'
import { decodeRecord } from '../../pipeline-sources.ts'

const ada = '+447700900001'
const investigator: readonly Role[] = ['Compliance Search', 'Preview', 'Export', 'Audit Logs']

/** Small enough to lie in its e-mail; the film is not, and is stored apart. */
export const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
export const film = noise(200_000)

/** Reversed, a page, a formula, and a way out of its folder, as a sender may name a file. */
export const hostileName = '=in"voice;%0d.html'

export type ReadingWorld = Awaited<ReturnType<typeof openReadingWorld>>

/** `ivy` reads all; `lim` only what lies in Li's mailbox; `zoe` all, but she is another person. */
export async function openReadingWorld() {
  const firm = await openFirm()
  await firm.addUsers(`${threePeople}\nAda Trader,${ada},ada@firm.example,\n`)
  await firm.addMailboxes(`${threeMailboxes}\nada@firm.example,Ada Trader\n`)
  await firm.connect('wechat')
  await firm.connect('whatsapp')
  await importChats(firm)
  const { rows } = await firm.pool.query<{ address: string; id: number }>('select address, id from mailbox')
  const mailboxes = Object.fromEntries(rows.map(({ address, id }) => [address.split('@')[0]!, id])) as Record<
    'ada' | 'zhang' | 'li' | 'wang',
    number
  >
  const people = {
    ivy: investigator,
    lim: investigator,
    zoe: investigator,
    dora: ['Mail Recipients'] as const,
  }
  for (const username of Object.keys(people))
    await firm.pool.query(
      "insert into app_user (username, name, created_by, created_at) values ($1, $1, 'test', now())",
      [username],
    )
  const portal = await openPortal(firm, {
    people,
    mailboxIds: { lim: [mailboxes.li] },
    parts: {
      decode: (source, record) => {
        const result = decodeRecord(source, record)
        return result.decoded ? result.message : null
      },
    },
  })
  return {
    firm,
    portal,
    mailboxes,
    ivy: portal.as('ivy'),
    lim: portal.as('lim'),
    zoe: portal.as('zoe'),
    /** The id of the newest item that a query finds, by the feature itself. */
    async itemOf(query: string): Promise<string> {
      const [item] = await firm.search(query)
      if (!item) throw new Error(`nothing is found by ${query}`)
      return item.id
    },
    /** A plain request of somebody's browser. */
    fetch: (username: string, path: string, headers: Record<string, string> = {}) =>
      fetch(portal.url + path, {
        headers: { ...portal.headersOf(username), ...headers },
        redirect: 'manual',
      }),
    /** Details of the last record of an operation. */
    async lastAudited(operation: string) {
      const record = (await portal.audited(operation)).at(-1)
      return record as { actor: string; target: string; details: Record<string, unknown> } | undefined
    },
    async close() {
      await portal.close()
      await firm.close()
    },
  }
}

async function importChats(firm: Firm): Promise<void> {
  const said = groupText('先别告诉合规部')
  await captureWecom(firm, [
    groupText('今天下午三点开会'),
    said,
    recallOf(said),
    groupText('「ZhangSan：今天下午三点开会」\n- - - - - - - - - - - - - - -\n收到'),
    groupText('only for Wang', { tolist: ['wangwu'], roomid: '' }),
  ])
  const lines = [
    '13/03/2026, 09:00 - Ada Trader: the secret price is 42',
    '13/03/2026, 09:01 - Ben Broker: =HYPERLINK("http://evil.example") <script>alert(1)</script>',
    '13/03/2026, 09:02 - Ada Trader: IMG-20260313-WA0001.png (file attached)',
    '13/03/2026, 09:03 - Ben Broker: VID-20260313-WA0002.mp4 (file attached)',
    `13/03/2026, 09:04 - Ben Broker: ${hostileName} (file attached)`,
    '13/03/2026, 09:05 - Ada Trader: hello there <This message was edited>',
    '13/03/2026, 09:06 - Ben Broker: This message was deleted',
  ]
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(`${lines.join('\n')}\n`), 'WhatsApp Chat with =Ben Broker.txt')
  zip.addBuffer(picture, 'IMG-20260313-WA0001.png')
  zip.addBuffer(film, 'VID-20260313-WA0002.mp4', { compress: false })
  zip.addBuffer(Buffer.from('<script>alert(1)</script>'), hostileName)
  zip.end()
  const file = await firm.file('WhatsApp Chat with =Ben Broker.zip', await buffer(zip.outputStream))
  await firm.capture('whatsapp-export', [file], { custodian: ada, timezone: 'UTC', dateOrder: 'dmy' })
  await firm.run('wechat')
  await firm.run('whatsapp')
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function noise(bytes: number): Buffer {
  const content = Buffer.alloc(bytes)
  let state = 12345
  for (let at = 0; at + 4 <= bytes; at += 4) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    content.writeUInt32LE(state, at)
  }
  return content
}
