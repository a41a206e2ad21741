/** What was captured is found: by words, by conversation, by either reading of an ambiguous time. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Firm, withFirm } from './firm.ts'
import { captureWecom, groupText, room, threeMailboxes, threePeople } from './wecom.ts'

const custodian = '+447700900001'
const samples = process.env.HOLDFAST_SAMPLES

async function openedForAda(firm: Firm): Promise<void> {
  await firm.addUsers(`name,mobile,email\nAda Trader,${custodian},ada@firm.example\n`)
  await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\n')
  await firm.connect('whatsapp')
}

describe('a search', () => {
  it('finds a conversation by its name, as a word and in the subject', async () => {
    await withFirm(async (firm) => {
      await openedForAda(firm)
      const [team, other] = ['WhatsApp Chat with Copper desk.txt', 'WhatsApp Chat with Ben Broker.txt']
      const lines = (word: string) =>
        `13/03/2026, 09:00 - Ada Trader: ${word}\n13/03/2026, 09:01 - Ada Trader: ok\n`
      await firm.capture('whatsapp-export', [await firm.file(team, lines('fifteen lots'))], { custodian })
      await firm.capture('whatsapp-export', [await firm.file(other, lines('not copper'))], { custodian })
      await firm.run('whatsapp')
      expect(await firm.search('copper')).toHaveLength(3)
      expect(await firm.search('"copper desk"')).toHaveLength(2)
      expect(await firm.search('copper AND lots')).toHaveLength(1)
      expect(await firm.search('subject:copper')).toHaveLength(3)
      expect(await firm.search('subject:"copper desk"')).toHaveLength(2)
      expect(await firm.search('subject:whatsapp')).toHaveLength(4)
      expect(await firm.search('conversation:copper')).toHaveLength(2)
      expect(await firm.search('ok -copper')).toHaveLength(1)
    })
  })

  it('finds a Chinese group by a piece of its name', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers(threePeople)
      await firm.addMailboxes(threeMailboxes)
      await firm.connect('wechat')
      const chatNames = await firm.file('names.json', JSON.stringify({ [room]: '华东交易群' }))
      await captureWecom(firm, [groupText('收到')], { chatNames })
      await firm.run('wechat')
      expect(await firm.search('交易')).toHaveLength(3)
      expect(await firm.search('subject:华东交易群')).toHaveLength(3)
    })
  })

  it('finds an ambiguous local time under both its readings and no other', async () => {
    await withFirm(async (firm) => {
      await openedForAda(firm)
      // London put its clocks back at 01:00 UTC: 01:30 was at 00:30 and at 01:30 UTC.
      const file = await firm.file('WhatsApp Chat with Ben.txt', '26/10/2025, 01:30 - Ada Trader: clocks\n')
      await firm.capture('whatsapp-export', [file], { custodian, timezone: 'Europe/London' })
      await firm.run('whatsapp')
      const [item] = await firm.search('clocks')
      expect(await firm.item(item!.id)).toMatchObject({
        sentAt: '2025-10-26T00:30:00.000Z',
        sentAtLatest: '2025-10-26T01:30:00.000Z',
      })
      expect(await firm.search('sent:2025-10-26T00:30Z')).toHaveLength(1)
      expect(await firm.search('sent:2025-10-26T01:30Z')).toHaveLength(1)
      expect(await firm.search('sent:2025-10-26T01:00Z')).toEqual([])
      expect(await firm.search('clocks sent>=2025-10-26T01:00Z')).toHaveLength(1)
      expect(await firm.search('sent>=2025-10-26T02:00Z')).toEqual([])
    })
  })
})

describe.skipIf(!samples)('the Chinese search set (needs HOLDFAST_SAMPLES)', () => {
  it('is found whole, and hardly anything beside it', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers(threePeople)
      await firm.addMailboxes('address,name\nzhang@firm.example,张三\n')
      await firm.connect('wechat')
      const set = JSON.parse(await readFile(join(samples!, 'wecom/search/zh_chat_eval.json'), 'utf8')) as {
        messages: { id: number; t: string }[]
        queries: { q: string; relevant: number[] }[]
      }
      const messages = set.messages.map(({ id, t }) => groupText(t, { msgid: `zh-${id}` }))
      await captureWecom(firm, messages)
      expect(await firm.run('wechat')).toMatchObject({ imported: set.messages.length })
      let [found, right, wanted] = [0, 0, 0]
      for (const { q, relevant } of set.queries) {
        const items = await firm.search(`"${q}"`)
        const raws = await Promise.all(items.map(({ id }) => firm.raw(id)))
        const ids = raws.map(({ bytes }) =>
          Number((JSON.parse(String(bytes)) as { msgid: string }).msgid.slice(3)),
        )
        found += ids.length
        right += ids.filter((id) => relevant.includes(id)).length
        wanted += relevant.length
      }
      expect(right / wanted).toBe(1)
      expect(right / found).toBeGreaterThanOrEqual(0.95)
    })
  })
})
