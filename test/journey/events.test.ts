/** What later happens to a message is an event of its own that points at it; the message stays. */
import { describe, expect, it } from 'vitest'
import { type Firm, withFirm } from './firm.ts'
import { captureWecom, groupText, recallOf, threeMailboxes, threePeople } from './wecom.ts'

async function openedForThree(firm: Firm): Promise<void> {
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
}

function headersOf(email: string): Map<string, string> {
  const head = email.slice(0, email.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
  return new Map(
    head.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
}

async function recallAndOriginal(firm: Firm) {
  const [recall] = await firm.search('itemclass:ipm.externaldata.wechatarchiver* mailbox:li')
  const items = await firm.search('mailbox:li')
  const original = items.find(({ event }) => event === 'sent')!
  const event = items.find(({ event }) => event === 'recalled')!
  expect(recall).toBeDefined()
  return { original: await firm.item(original.id), recall: await firm.item(event.id) }
}

describe('a recall', () => {
  it.each(['in one capture', 'in a later capture', 'before its original'])(
    '%s points at the original, which stays',
    async (order) => {
      await withFirm(async (firm) => {
        await openedForThree(firm)
        const said = groupText('先别告诉合规部')
        const recalled = recallOf(said)
        if (order === 'in one capture') await captureWecom(firm, [said, recalled])
        else {
          const [first, second] = order === 'in a later capture' ? [said, recalled] : [recalled, said]
          await captureWecom(firm, [first])
          await firm.run('wechat')
          await captureWecom(firm, [second])
        }
        await firm.run('wechat')
        const { original, recall } = await recallAndOriginal(firm)
        expect(recall).toMatchObject({ event: 'recalled', refersTo: original.message })
        expect(recall.subject).toMatch(/^Recalled: WeCom/)
        expect(original.referredBy).toEqual([
          { message: recall.message, event: 'recalled', sentAt: recall.sentAt },
        ])
        expect(await firm.search('合规部')).toHaveLength(3)
        const [saidMail, recallMail] = await Promise.all(
          [original, recall].map(async ({ id }) => headersOf(await firm.email(id))),
        )
        expect(recallMail!.get('In-Reply-To')).toBe(saidMail!.get('Message-ID'))
        expect(recallMail!.get('References')).toContain(saidMail!.get('Message-ID'))
      })
    },
  )

  it('of a message that was never captured is kept and names no original', async () => {
    await withFirm(async (firm) => {
      await openedForThree(firm)
      await captureWecom(firm, [recallOf(groupText('gone'))])
      expect(await firm.run('wechat')).toMatchObject({ imported: 1, items: 3 })
      const [item] = await firm.search('mailbox:li')
      expect(await firm.item(item!.id)).toMatchObject({ event: 'recalled', refersTo: null })
      expect(headersOf(await firm.email(item!.id)).get('In-Reply-To')).toMatch(/^<.+>$/)
    })
  })
})

describe('in an export', () => {
  it('a deletion is an event, and an edit is marked', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers('name,mobile,email\nAda Trader,+447700900001,ada@firm.example\n')
      await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\n')
      await firm.connect('whatsapp')
      const lines = [
        '13/03/2026, 09:00 - Ada Trader: hello there <This message was edited>',
        '13/03/2026, 09:01 - Ben Broker: This message was deleted',
        '13/03/2026, 09:02 - Ada Trader: You deleted this message',
      ]
      const file = await firm.file('WhatsApp Chat with Ben Broker.txt', `${lines.join('\n')}\n`)
      await firm.capture('whatsapp-export', [file], { custodian: '+447700900001' })
      await firm.run('whatsapp')
      const items = await firm.search()
      expect(items.map(({ event }) => event)).toEqual(['deleted', 'deleted', 'sent'])
      expect(items[0]!.subject).toMatch(/^Deleted: WhatsApp · Ben Broker/)
      expect(items[2]!.subject).toMatch(/^Edited: WhatsApp · Ben Broker: hello there$/)
    })
  })
})
