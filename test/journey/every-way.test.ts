/** What is said, changed and taken back stays as it was said, by every way in, in one file or in several. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { eml } from '../../src/sources/email-drop/fixtures.ts'
import { serverId } from '../../src/sources/wechat-export/fixtures.ts'
import * as backup from '../../src/sources/whatsapp-backup/fixtures.ts'
import { changeChatStorage, makeChatStorage } from '../../src/sources/whatsapp-backup/ios/fixtures.ts'
import * as device from '../../src/sources/whatsapp-linked-device/fixtures.ts'
import { type Firm, type SourceName, withFirm } from './firm.ts'

const custodian = '+447700900001'

interface File {
  readonly name: string
  readonly content: string | Uint8Array
}

interface Way {
  readonly way: string
  readonly source: SourceName
  readonly connector: 'whatsapp' | 'wechat'
  readonly settings: Record<string, string>
  /** `deal at 95`, then what became of it: a file each, later ones as the same phone or vendor would give them. */
  readonly said: () => Promise<readonly File[]>
  /** The same with the last first; default: the files in reverse order. */
  readonly lastFirst?: () => readonly File[]
  /** How often a search finds what it was changed to: 0 where the app cannot change messages. */
  readonly edits: 0 | 1
}

const original = device.info({ conversation: 'deal at 95' })
const deviceEvents = [
  device.upsert(original),
  device.upsert(
    device.info({
      protocolMessage: { key: original.key, type: 14, editedMessage: { conversation: 'deal at 99' } },
    }),
  ),
  { event: 'messages.update', data: [{ key: original.key, update: { message: null, messageStubType: 1 } }] },
]

const wecomMessages = [
  { msgid: 'A1', action: 'send', msgtype: 'text', text: { content: 'deal at 95' } },
  { msgid: 'A2', action: 'send', msgtype: 'text', text: { content: 'deal at 99' } },
  { msgid: 'A3', action: 'recall', msgtype: 'revoke', revoke: { pre_msgid: 'A1' } },
].map((message, place) => ({
  ...{ from: 'ada', tolist: ['wmClient'], roomid: '', msgtime: 1_772_280_000_000 + place },
  ...message,
}))

/** One phone's databases on three days: rows are written over when their message is edited or deleted. */
async function phoneBackups(
  name: string,
  make: (path: string, day: number) => void,
  days: number,
): Promise<File[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-phone-'))
  try {
    const files: File[] = []
    for (let day = 0; day < days; day++) {
      const path = join(folder, `${day}.db`)
      make(path, day)
      files.push({ name: `day-${day}/${name}`, content: await readFile(path) })
    }
    return files
  } finally {
    await rm(folder, { recursive: true })
  }
}

function androidOn(path: string, day: number): void {
  const database: DatabaseSync = backup.makeAndroid(path)
  if (day === 0) backup.message(database, 1, 0, 'deal at 95')
  if (day === 1) {
    backup.message(database, 1, 0, 'deal at 99', { key_id: 'EDIT1' })
    const edited_timestamp = Date.UTC(2026, 0, 6)
    backup.insert(database, 'message_edit_info', {
      ...{ message_row_id: 1, original_key_id: 'KEY1', edited_timestamp, sender_timestamp: edited_timestamp },
    })
  }
  if (day === 2) {
    backup.message(database, 1, 15, null, { key_id: 'REVOKE1' })
    const revoke_timestamp = Date.UTC(2026, 0, 7)
    backup.insert(database, 'message_revoked', {
      ...{ message_row_id: 1, revoked_key_id: 'KEY1', revoke_timestamp },
    })
  }
  database.close()
}

function iphoneOn(path: string, day: number): void {
  makeChatStorage(path)
  changeChatStorage(
    path,
    'DELETE FROM ZWAMESSAGE WHERE Z_PK > 1; DELETE FROM ZWAMESSAGEINFO; DELETE FROM ZWAMEDIAITEM',
  )
  changeChatStorage(path, "UPDATE ZWAMESSAGE SET ZTEXT = 'deal at 95'")
  if (day === 1) changeChatStorage(path, 'UPDATE ZWAMESSAGE SET ZTEXT = NULL, ZMESSAGETYPE = 14')
}

const mails = [
  { fields: { 'Message-ID': '<a1@vendor.example>' }, body: 'deal at 95' },
  { fields: { 'Message-ID': '<a1@vendor.example>' }, body: 'deal at 99' },
  {
    fields: {
      ...{ 'Message-ID': '<a3@vendor.example>', 'In-Reply-To': '<a1@vendor.example>' },
      Subject: 'DELETED for all - READ: Deal team',
    },
    body: 'gone',
  },
].map((mail, place) => ({ name: `mail-${place}.eml`, content: eml(mail) }))

const wechatHead = '消息ID,类型,发送人,时间,内容,备注,昵称,更多信息'
const wechatTable = (kind: string, content: string) =>
  `\ufeff${wechatHead}\n${serverId(0)},${kind},张三,2026-03-02 10:15:00,${content},张三,张三,\n`

const exported = (said: string) => `05/01/2026, 09:00 - Ann: hello\n05/01/2026, 09:01 - Ann: ${said}\n`

const ways: readonly Way[] = [
  {
    ...{ way: 'a linked device', source: 'whatsapp-linked-device', connector: 'whatsapp', edits: 1 },
    settings: { custodian },
    said: async () =>
      deviceEvents.map((event, place) => ({
        ...{ name: `part-${place}.jsonl`, content: device.lines([event], place + 1) },
      })),
    lastFirst: () => [{ name: 'all.jsonl', content: device.lines([...deviceEvents].reverse(), 1) }],
  },
  {
    ...{ way: 'WeCom', source: 'wecom-archive', connector: 'wechat', settings: {}, edits: 1 },
    said: async () =>
      wecomMessages.map((message, place) => ({
        ...{ name: `part-${place}.jsonl`, content: JSON.stringify(message) },
      })),
    lastFirst: () => {
      const lines = [...wecomMessages].reverse().map((message) => JSON.stringify(message))
      return [{ name: 'all.jsonl', content: lines.join('\n') }]
    },
  },
  {
    ...{ way: 'backups of an Android phone', source: 'whatsapp-backup', connector: 'whatsapp', edits: 1 },
    settings: { custodian },
    said: () => phoneBackups('msgstore.db', androidOn, 3),
  },
  {
    ...{ way: 'backups of an iPhone', source: 'whatsapp-backup', connector: 'whatsapp', edits: 0 },
    settings: { custodian },
    said: () => phoneBackups('ChatStorage.sqlite', iphoneOn, 2),
  },
  {
    ...{ way: 'e-mails of another archiver', source: 'email-drop', connector: 'whatsapp', edits: 1 },
    settings: { custodian, channel: 'whatsapp' },
    said: async () => mails,
  },
  {
    ...{ way: 'WeChat exports', source: 'wechat-export', connector: 'wechat', edits: 0 },
    settings: { custodian },
    said: async () => [
      { name: 'day-0/张三.csv', content: wechatTable('文本消息', 'deal at 95') },
      { name: 'day-1/张三.csv', content: wechatTable('系统消息', '"""张三"" 撤回了一条消息"') },
    ],
  },
  {
    ...{ way: 'WhatsApp exports', source: 'whatsapp-export', connector: 'whatsapp', edits: 1 },
    settings: { custodian, chat: 'Ann', timezone: 'UTC', dateOrder: 'dmy' },
    said: async () => [
      { name: 'day-0/Ann.txt', content: exported('deal at 95') },
      { name: 'day-1/Ann.txt', content: exported('deal at 99 <This message was edited>') },
      { name: 'day-2/Ann.txt', content: exported('This message was deleted') },
    ],
  },
]

async function open(firm: Firm, { connector }: Way): Promise<void> {
  await firm.addMailboxes('address,name\nada@firm.example,Ada\n')
  await firm.addUsers(`name,mobile,email,wecom_userid\nAda,${custodian},ada@firm.example,ada\n`)
  await firm.connect(connector)
}

async function capture(firm: Firm, way: Way, { name, content }: File): Promise<void> {
  await firm.capture(way.source, [await firm.file(name, content)], way.settings)
}

/** A message of the export stands beside the one that changes, so that a later export is known as one of the same chat. */
const others = ({ source }: Way) => (source === 'whatsapp-export' ? 1 : 0)

describe.each(ways)('by $way', (way) => {
  it('an original is as it was after it was changed and taken back', async () => {
    const [first, ...later] = await way.said()
    await withFirm(async (firm) => {
      await open(firm, way)
      await capture(firm, way, first!)
      await firm.run(way.connector)
      const [item] = await firm.search('95')
      const before = await firm.email(item!.id)
      for (const file of later) {
        await capture(firm, way, file)
        await firm.run(way.connector)
      }
      expect(await firm.email(item!.id)).toBe(before)
      expect(await firm.search()).toHaveLength(1 + later.length + others(way))
      expect(await firm.search('99')).toHaveLength(way.edits)
    })
  })

  it('an original that comes after what became of it is there too', async () => {
    const said = await way.said()
    await withFirm(async (firm) => {
      await open(firm, way)
      for (const file of way.lastFirst?.() ?? said.toReversed()) await capture(firm, way, file)
      await firm.run(way.connector)
      expect(await firm.search()).toHaveLength(said.length + others(way))
      expect(await firm.search('95')).toHaveLength(1)
      const open_ = await firm.pool.query('select reason from site_gap where closed_at is null')
      expect(open_.rows).toEqual([])
    })
  })
})
