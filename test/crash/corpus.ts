/** Files of a firm's week: every kind of thing that capture, transfer and import treat differently. Invented people. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import type { ConnectorType } from '../../src/connector/index.ts'

export interface CapturedFile {
  readonly family: ConnectorType
  readonly source: 'whatsapp-export' | 'wecom-archive'
  readonly path: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** Stands in a message of each source, so that a store can be searched for it. */
export const canary = 'kingfisher-falters-at-noon'
export const chineseCanary = '翠鸟午时折翼'

export const registeredUsers = [
  'name,mobile,email,wecom_userid',
  'Ada Trader,+447700900001,ada@firm.example,ZhangSan',
  'Ben Broker,+447700900002,ben@firm.example,lisi',
  // Registered, and without a mailbox until the mapping is corrected.
  'Cy Clerk,+447700900003,cy@elsewhere.example,wangwu',
].join('\n')

export const mailboxes = [
  'address,name',
  'ada@firm.example,Ada',
  'ben@firm.example,Ben',
  'cy@firm.example,Cy',
].join('\n')

/** The correction: Cy gets a mailbox. */
export const correctedMapping =
  'External User ID,Microsoft 365 User Mailbox\n+44 7700 900003,cy@firm.example\n'

/** Bytes that no compression shortens, the same on each run. */
export function noise(bytes: number, seed = 1): Buffer {
  const content = Buffer.alloc(bytes)
  let state = seed
  for (let at = 0; at < bytes; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    content[at] = state >>> 24
  }
  return content
}

const film = noise(100 * 1024)
const picture = noise(2 * 1024, 7)
const slides = noise(150 * 1024, 11)

/** Writes the corpus below the folder. In the order of capture. */
export async function writeCorpus(folder: string): Promise<CapturedFile[]> {
  mkdirSync(join(folder, 'later'), { recursive: true })
  const whatsapp = { family: 'whatsapp', source: 'whatsapp-export' } as const
  const wecom = { family: 'wechat', source: 'wecom-archive' } as const
  const ada = { custodian: '+447700900001', timezone: 'Europe/London', dateOrder: 'dmy' }
  const cy = { custodian: '+447700900003', timezone: 'Europe/London', dateOrder: 'dmy' }
  const zip = async (name: string, lines: readonly string[], media: Record<string, Buffer>) => {
    const path = join(folder, `${name}.zip`)
    writeFileSync(path, await zipOf(`${name}.txt`, lines, media))
    return path
  }
  const text = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  return [
    // The film comes first with a message that nobody maps to: it must still be there for the others.
    {
      ...whatsapp,
      path: await zip('WhatsApp Chat with Dee Dealer', unmappedChat, { 'VID-1.mp4': film }),
      settings: cy,
    },
    {
      ...whatsapp,
      path: await zip('WhatsApp Chat with Deal team', dealTeam, {
        'VID-2.mp4': film,
        'IMG-1.jpg': picture,
        'DOC-1.pdf': slides,
      }),
      settings: ada,
    },
    // A later export of the same chat: the earlier lines are known, the film comes again.
    {
      ...whatsapp,
      path: await zip('later/WhatsApp Chat with Deal team', [...dealTeam, ...dealTeamLater], {
        'VID-2.mp4': film,
        'IMG-1.jpg': picture,
        'DOC-1.pdf': slides,
        'VID-3.mp4': film,
      }),
      settings: ada,
    },
    { ...wecom, path: text('monday.jsonl', linesOf(monday)), settings: { custodian: '+447700900001' } },
    { ...wecom, path: text('monday-ben.jsonl', linesOf(monday)), settings: { custodian: '+447700900002' } },
    { ...wecom, path: text('tuesday.jsonl', linesOf(tuesday)), settings: { custodian: '+447700900001' } },
  ]
}

async function zipOf(chat: string, lines: readonly string[], media: Record<string, Buffer>): Promise<Buffer> {
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(`${lines.join('\n')}\n`), basename(chat))
  for (const [name, content] of Object.entries(media)) zip.addBuffer(content, name, { compress: false })
  zip.end()
  return buffer(zip.outputStream)
}

const unmappedChat = [
  '27/02/2026, 09:00 - Dee Dealer: have you seen this',
  '27/02/2026, 09:01 - Dee Dealer: VID-1.mp4 (file attached)',
]
const dealTeam = [
  '02/03/2026, 09:00 - Messages and calls are end-to-end encrypted.',
  '02/03/2026, 09:01 - Ada Trader: morning all',
  '02/03/2026, 09:01 - Ada Trader: morning all',
  `02/03/2026, 09:02 - Dee Dealer: the ${canary} again`,
  '02/03/2026, 09:03 - Dee Dealer: IMG-1.jpg (file attached)',
  '02/03/2026, 09:04 - Ada Trader: VID-2.mp4 (file attached)',
  '02/03/2026, 09:05 - Ada Trader: DOC-1.pdf (file attached)',
]
const dealTeamLater = [
  '13/04/2026, 17:00 - Dee Dealer: settled, thanks',
  '13/04/2026, 17:01 - Ada Trader: VID-3.mp4 (file attached)',
]

const mondayMs = Date.parse('2026-03-02T01:30:00Z')
const room = 'wrTESTroom000000000000000000001'
const stranger = 'wmTESTcontact000000000000000001'

function wecomText(number: number, content: string, rest: Record<string, unknown> = {}) {
  return {
    msgid: `9000000000000000000${number}_${mondayMs}`,
    action: 'send',
    from: 'ZhangSan',
    tolist: ['lisi', 'wangwu'],
    roomid: room,
    msgtime: mondayMs + number * 1000,
    msgtype: 'text',
    text: { content },
    ...rest,
  }
}

const monday = [
  wecomText(1, `下午三点开会，${chineseCanary}`),
  wecomText(2, 'who takes the minutes?', { from: 'lisi', tolist: ['ZhangSan', 'wangwu'] }),
  wecomText(2, 'who takes the minutes?', { from: 'lisi', tolist: ['ZhangSan', 'wangwu'] }),
  {
    ...wecomText(3, ''),
    action: 'recall',
    msgtype: 'revoke',
    revoke: { pre_msgid: `90000000000000000001_${mondayMs}` },
  },
]
const tuesday = [
  wecomText(4, '好的', { from: 'wangwu', tolist: ['lisi', 'ZhangSan'] }),
  '{"msgid": "90000000000000000005_1", "action": "send", "from": ',
  // Cy and somebody outside alone, seen by nobody with a mailbox.
  wecomText(6, '我们私下谈', { from: 'wangwu', tolist: [stranger], roomid: '' }),
  wecomText(7, '周五前交材料', { msgtime: Date.parse('2026-05-05T01:30:00Z') }),
]

function linesOf(messages: readonly (string | object)[]): string {
  return messages
    .map((message) => `${typeof message === 'string' ? message : JSON.stringify(message)}\n`)
    .join('')
}
