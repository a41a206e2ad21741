/** What is said, changed and taken back stays as it was said, by every way in, in one file or in two. */
import { describe, expect, it } from 'vitest'
import * as device from '../../src/sources/whatsapp-linked-device/fixtures.ts'
import { type Firm, type SourceName, withFirm } from './firm.ts'

const custodian = '+447700900001'

interface Way {
  readonly source: SourceName
  readonly connector: 'whatsapp' | 'wechat'
  /** `deal at 95`, its change and its end, each as the content of a file. */
  readonly said: readonly string[]
  readonly together: string
  readonly settings: Record<string, string>
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

const ways: readonly Way[] = [
  {
    ...{ source: 'whatsapp-linked-device', connector: 'whatsapp', settings: { custodian } },
    said: deviceEvents.map((event, place) => device.lines([event], place + 1).toString()),
    together: device.lines([...deviceEvents].reverse(), 1).toString(),
  },
  {
    ...{ source: 'wecom-archive', connector: 'wechat', settings: {} },
    said: wecomMessages.map((message) => JSON.stringify(message)),
    together: [...wecomMessages]
      .reverse()
      .map((message) => JSON.stringify(message))
      .join('\n'),
  },
]

async function open(firm: Firm, { connector }: Way): Promise<void> {
  await firm.addMailboxes('address,name\nada@firm.example,Ada\n')
  await firm.addUsers(`name,mobile,email,wecom_userid\nAda,${custodian},ada@firm.example,ada\n`)
  await firm.connect(connector)
}

describe.each(ways)('by $source', (way) => {
  it('an original is as it was after it was changed and taken back', async () => {
    await withFirm(async (firm) => {
      await open(firm, way)
      const capture = async (content: string, place: number) => {
        await firm.capture(way.source, [await firm.file(`part-${place}.jsonl`, content)], way.settings)
        await firm.run(way.connector)
      }
      await capture(way.said[0]!, 0)
      const [item] = await firm.search('95')
      const before = await firm.email(item!.id)
      for (const [place, content] of way.said.slice(1).entries()) await capture(content, place + 1)
      expect(await firm.email(item!.id)).toBe(before)
      expect(await firm.search()).toHaveLength(3)
      expect(await firm.search('99')).toHaveLength(1)
    })
  })

  it('an original that comes after what became of it is there too', async () => {
    await withFirm(async (firm) => {
      await open(firm, way)
      await firm.capture(way.source, [await firm.file('all.jsonl', way.together)], way.settings)
      await firm.run(way.connector)
      expect(await firm.search()).toHaveLength(3)
      expect(await firm.search('95')).toHaveLength(1)
      expect((await firm.counts()).site_gap).toBeLessThanOrEqual(1)
      const open_ = await firm.pool.query('select reason from site_gap where closed_at is null')
      expect(open_.rows).toEqual([])
    })
  })
})
