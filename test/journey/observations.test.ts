/** One message seen by several people; two exports of one chat. */
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openAttachment, parseItemId } from '../../src/archive/index.ts'
import { type Firm, withFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

const phones = ['+8613900000001', '+8613900000002', '+8613900000003']

async function openedForThree(firm: Firm): Promise<void> {
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
}

async function observersOf(firm: Firm, query: string): Promise<(string | null)[]> {
  const [first] = await firm.search(query)
  return (await firm.item(first!.id)).observations.map(({ custodian }) => custodian).sort()
}

describe('a group message that three employees saw', () => {
  it('is one message with three observations when each of them was captured', async () => {
    await withFirm(async (firm) => {
      await openedForThree(firm)
      const message = groupText('内幕消息先别外传')
      for (const custodian of phones) {
        // The archive lists the others: for each observer another list.
        const counts = await captureWecom(firm, [message], { custodian }, `${custodian}.jsonl`)
        expect(counts).toMatchObject({ captured: 1, duplicates: 0 })
      }
      const report = await firm.run('wechat')
      expect(report).toMatchObject({ transferred: 3, imported: 1, items: 3, duplicates: 2 })
      expect(await firm.counts()).toMatchObject({ message: 1, item: 3, observation: 2 })
      expect(await observersOf(firm, '内幕消息')).toEqual(phones)
      const items = await firm.search('内幕消息')
      expect(items.map(({ mailbox }) => mailbox).sort()).toEqual([
        'li@firm.example',
        'wang@firm.example',
        'zhang@firm.example',
      ])
      const before = await firm.counts()
      for (const custodian of phones) await captureWecom(firm, [message], { custodian }, `${custodian}.jsonl`)
      await firm.run('wechat')
      await firm.runWindow('wechat', {})
      expect(await firm.counts()).toEqual(before)
    })
  })

  it('is the same over three runs, one after each capture', async () => {
    await withFirm(async (firm) => {
      await openedForThree(firm)
      const message = groupText('下午开会')
      for (const custodian of phones) {
        await captureWecom(firm, [message], { custodian })
        await firm.run('wechat')
      }
      expect(await firm.counts()).toMatchObject({ message: 1, item: 3, observation: 2 })
      expect(await observersOf(firm, '开会')).toEqual(phones)
    })
  })

  it('has three observers when the whole firm was captured at once', async () => {
    await withFirm(async (firm) => {
      await openedForThree(firm)
      await captureWecom(firm, [groupText('下午开会')])
      expect(await firm.run('wechat')).toMatchObject({ transferred: 1, imported: 1, items: 3 })
      expect(await observersOf(firm, '开会')).toEqual(phones)
    })
  })
})

describe('a picture that only the second capture had', () => {
  it('is kept with the message all the same, once', async () => {
    await withFirm(async (firm) => {
      await openedForThree(firm)
      const picture = Buffer.alloc(200 * 1024, 'picture')
      const image = { md5sum: '', filesize: picture.length, sdkfileid: 'file-picture' }
      const message = groupText('', { msgtype: 'image', text: undefined, image })
      const media = dirname(await firm.file('media/file-picture', picture))
      await captureWecom(firm, [message], { custodian: phones[0] })
      await firm.run('wechat')
      for (const custodian of phones.slice(1)) await captureWecom(firm, [message], { custodian, media })
      expect(await firm.run('wechat')).toMatchObject({ imported: 0, duplicates: 2 })
      await firm.runWindow('wechat', {})
      const [item] = await firm.search('mailbox:li')
      const { attachments } = await firm.item(item!.id)
      expect(attachments).toMatchObject([{ bytes: picture.length }])
      const { messageId } = parseItemId(item!.id)
      const content = await openAttachment(firm.centre, messageId, 0)
      expect(Buffer.concat(await Array.fromAsync(content)).equals(picture)).toBe(true)
    })
  })
})

describe('media that were forgotten at the first capture', () => {
  it('come with the next one: listed with the item and found by hasattachment', async () => {
    await withFirm(async (firm) => {
      await openedForThree(firm)
      const image = { md5sum: '', filesize: 7, sdkfileid: 'small-picture' }
      const message = groupText('', { msgtype: 'image', text: undefined, image })
      const media = dirname(await firm.file('media/small-picture', Buffer.from('picture')))
      await captureWecom(firm, [message])
      await firm.run('wechat')
      expect(await firm.search('hasattachment:true')).toEqual([])
      expect(await captureWecom(firm, [message], { media })).toMatchObject({ captured: 1, attachments: 1 })
      expect(await captureWecom(firm, [message], { media })).toMatchObject({ captured: 0, duplicates: 1 })
      expect(await firm.run('wechat')).toMatchObject({ imported: 0, duplicates: 1, items: 0 })
      const [item, ...others] = await firm.search('hasattachment:true mailbox:li')
      expect(others).toEqual([])
      expect((await firm.item(item!.id)).attachments).toMatchObject([{ bytes: 7, type: 'image/jpeg' }])
    })
  })
})

describe('two exports of one group from two phones', () => {
  const [ada, bo] = ['+447700900001', '+12125550102']
  const file = 'WhatsApp Chat with Deal team.txt'

  it('give each mailbox what its phone held, linked and not merged', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers(
        `name,mobile,email\nAda Trader,${ada},ada@firm.example\nBo Sales,${bo},bo@firm.example\n`,
      )
      await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\nbo@firm.example,Bo Sales\n')
      await firm.connect('whatsapp')
      const london = [
        '16/03/2026, 14:00 - Ada Trader: shall we move the call',
        '16/03/2026, 14:01 - Bo Sales: yes please',
        '16/03/2026, 14:02 - Cy Client: numbers to follow',
      ]
      const newYork = [
        '3/16/26, 10:00 AM - Ada Trader: shall we move the call',
        '3/16/26, 10:01 AM - Bo Sales: yes please',
        '3/16/26, 10:02 AM - Cy Client: This message was deleted',
        '3/16/26, 10:03 AM - Cy Client: sent by mistake',
      ]
      const one = await firm.file(`london/${file}`, `${london.join('\n')}\n`)
      const other = await firm.file(`new-york/${file}`, `${newYork.join('\n')}\n`)
      await firm.capture('whatsapp-export', [one], { custodian: ada, timezone: 'Europe/London' })
      await firm.capture('whatsapp-export', [other], { custodian: bo, timezone: 'America/New_York' })
      expect(await firm.run('whatsapp')).toMatchObject({ transferred: 7, imported: 7, items: 7 })

      const ofAda = await firm.search('mailbox:ada@firm.example')
      const ofBo = await firm.search('mailbox:bo@firm.example')
      expect([ofAda.length, ofBo.length]).toEqual([3, 4])
      expect(await firm.search('"numbers to follow"')).toHaveLength(1)
      expect(ofBo.filter(({ event }) => event === 'deleted')).toHaveLength(1)
      expect(ofAda.map(({ sentAt }) => sentAt)).toEqual(ofBo.slice(1).map(({ sentAt }) => sentAt))

      // Said by all in the same words: probable matches, each pair once, seen from both sides.
      expect(await firm.counts()).toMatchObject({ message: 7, message_link: 2, observation: 0 })
      const facts = await firm.item((await firm.search('"shall we" mailbox:ada@firm.example'))[0]!.id)
      const twin = await firm.item((await firm.search('"shall we" mailbox:bo@firm.example'))[0]!.id)
      expect(facts.links).toEqual([
        expect.objectContaining({ message: twin.message, evidence: expect.stringContaining('same sender') }),
      ])
      expect(twin.links[0]!.message).toBe(facts.message)
      expect(facts.links[0]!.score).toBeGreaterThanOrEqual(0.9)
    })
  })
})
