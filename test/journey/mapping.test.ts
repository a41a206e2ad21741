/** Whose mailbox gets what, why, and what happens when nobody's does. */
import { describe, expect, it } from 'vitest'
import { type Firm, withFirm } from './firm.ts'
import { captureWecom, groupText, sentMs, threeMailboxes, threePeople } from './wecom.ts'

const [zhang, li, wang] = ['+8613900000001', '+8613900000002', '+8613900000003']
const header = 'External User ID,Microsoft 365 User Mailbox'

async function mailboxesOf(firm: Firm, query: string): Promise<string[]> {
  return (await firm.search(query)).map(({ mailbox }) => mailbox.split('@')[0]!).sort()
}

describe('a message', () => {
  it('of three mailboxes is stored once and found in three', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers(threePeople)
      await firm.addMailboxes(threeMailboxes)
      await firm.connect('wechat')
      await captureWecom(firm, [groupText('下午三点开会')])
      expect(await firm.run('wechat')).toMatchObject({
        imported: 1,
        items: 3,
        mailboxes: { 'li@firm.example': 1, 'wang@firm.example': 1, 'zhang@firm.example': 1 },
      })
      expect(await firm.counts()).toMatchObject({ message: 1, item: 3 })
      const items = await firm.search('开会')
      const facts = await Promise.all(items.map(({ id }) => firm.item(id)))
      expect(new Set(facts.map(({ message }) => message)).size).toBe(1)
      expect(facts[0]!.otherMailboxes).toHaveLength(2)
      expect(facts.map(({ mapping }) => mapping.explanation).sort()).toEqual([
        'by e-mail property li@firm.example',
        'by e-mail property wang@firm.example',
        'by e-mail property zhang@firm.example',
      ])
      const emails = await Promise.all(items.map(({ id }) => firm.email(id)))
      expect(new Set(emails).size).toBe(1)
    })
  })

  it('that maps to nobody waits with its reason until the mapping is corrected', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers(threePeople)
      await firm.addMailboxes(threeMailboxes)
      await firm.connect('wechat', {
        automatic: false,
        mapping: `${header}\n+86 139 0000 0009,li@firm.example\n`,
      })
      await captureWecom(firm, [groupText('下午三点开会')])
      expect(await firm.run('wechat')).toMatchObject({
        transferred: 1,
        imported: 0,
        items: 0,
        exceptions: { total: 1, byReason: { 'participant-unmapped': 1 } },
        oldestWaiting: expect.stringMatching(/^2026-03-02T/),
      })
      expect(await firm.search()).toEqual([])
      const [waiting] = await firm.exceptions('wechat')
      expect(waiting).toMatchObject({ reason: 'participant-unmapped', channel: 'wecom' })
      expect(waiting!.explanation).toMatch(/wecom-userid zhangsan: no match because/)

      expect(await firm.reprocess('wechat')).toMatchObject({ imported: 0, exceptions: { total: 1 } })
      expect(await firm.exceptions('wechat')).toHaveLength(1)
      await firm.replaceMapping('wechat', `${header}\n${zhang},zhang@firm.example\n${li},li@firm.example\n`)
      expect(await firm.reprocess('wechat')).toMatchObject({ imported: 1, items: 2 })
      expect(await mailboxesOf(firm, '开会')).toEqual(['li', 'zhang'])
      const [item] = await firm.search('开会 mailbox:zhang')
      expect((await firm.item(item!.id)).mapping.explanation).toMatch(/^by CSV row 2/)

      // Wang Wu is registered and still unmapped: listed, and completed later.
      expect(await firm.exceptions('wechat')).toMatchObject([{ reason: 'participant-partly-unmapped' }])
      await firm.replaceMapping(
        'wechat',
        `${header}\n${zhang},zhang@firm.example\n${li},li@firm.example\n${wang},wang@firm.example\n`,
      )
      expect(await firm.reprocess('wechat')).toMatchObject({ imported: 0, items: 1 })
      expect(await mailboxesOf(firm, '开会')).toEqual(['li', 'wang', 'zhang'])
      expect(await firm.exceptions('wechat')).toEqual([])
      const before = await firm.counts()
      expect(await firm.reprocess('wechat')).toMatchObject({ imported: 0, items: 0 })
      expect(await firm.counts()).toEqual(before)
    })
  })

  it('that maps to some is imported for them, listed, and completed when the last one has a mailbox', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers(threePeople)
      await firm.addMailboxes('address,name\nzhang@firm.example,张三\nli@firm.example,李四\n')
      await firm.connect('wechat')
      await captureWecom(firm, [groupText('下午三点开会')])
      expect(await firm.run('wechat')).toMatchObject({
        imported: 1,
        items: 2,
        exceptions: { byReason: { 'participant-partly-unmapped': 1 } },
      })
      const [listed] = await firm.exceptions('wechat')
      expect(listed!.explanation).toMatch(/wangwu.*wang@firm\.example/)
      await firm.addMailboxes('address,name\nwang@firm.example,王五\n')
      expect(await firm.reprocess('wechat')).toMatchObject({ imported: 0, items: 1 })
      expect(await mailboxesOf(firm, '开会')).toEqual(['li', 'wang', 'zhang'])
      expect(await firm.exceptions('wechat')).toEqual([])
    })
  })

  it('of nobody goes to the catch-all mailbox where there is one', async () => {
    await withFirm(async (firm) => {
      await firm.addMailboxes('address,name\ncatch@firm.example,Unknown people\n')
      await firm.connect('wechat', { catchAll: 'catch@firm.example' })
      await captureWecom(firm, [groupText('下午三点开会')])
      expect(await firm.run('wechat')).toMatchObject({ imported: 1, items: 1, exceptions: { total: 0 } })
      const [item] = await firm.search('开会')
      expect(item!.mailbox).toBe('catch@firm.example')
      expect((await firm.item(item!.id)).mapping).toEqual({
        explanation: 'by the catch-all mailbox, since no participant maps',
        participant: null,
      })
    })
  })

  it('goes to whoever held the number when it was sent', async () => {
    await withFirm(async (firm) => {
      await firm.addMailboxes('address,name\nold@firm.example,Old Hand\nnew@firm.example,New Hand\n')
      const mapping = [
        `${header},Valid From,Valid To`,
        '"+44 7700 900005",old@firm.example,,2026-02-28',
        '447700900005,new@firm.example,2026-03-01,',
      ].join('\n')
      await firm.connect('whatsapp', { mapping, automatic: false })
      const lines = [
        '28/02/2026, 23:59 - +44 7700 900005: my last day',
        '01/03/2026, 00:00 - +44 7700 900005: my first day',
      ]
      const file = await firm.file('WhatsApp Chat with Ops.txt', `${lines.join('\n')}\n`)
      await firm.capture('whatsapp-export', [file], { timezone: 'UTC' })
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 2, items: 2, exceptions: { total: 0 } })
      expect(await mailboxesOf(firm, '"last day"')).toEqual(['old'])
      expect(await mailboxesOf(firm, '"first day"')).toEqual(['new'])
    })
  })

  it('of someone who is registered later is found on reprocessing', async () => {
    await withFirm(async (firm) => {
      await firm.addMailboxes(threeMailboxes)
      await firm.connect('wechat')
      await captureWecom(firm, [groupText('下午三点开会')])
      expect(await firm.run('wechat')).toMatchObject({ imported: 0, exceptions: { total: 1 } })
      await firm.addUsers(threePeople)
      expect(await firm.reprocess('wechat')).toMatchObject({ imported: 1, items: 3 })
      expect(await mailboxesOf(firm, '开会')).toEqual(['li', 'wang', 'zhang'])
      expect(await firm.exceptions('wechat')).toEqual([])
    })
  })

  it('of the time when a mailbox was active goes there, a later one does not', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers(threePeople)
      await firm.addMailboxes(threeMailboxes)
      await firm.connect('wechat')
      firm.setClock('2026-03-10T00:00:00Z')
      await firm.addMailboxes(threeMailboxes.replace('name', 'name,active').replace('王五', '王五,no'))
      firm.setClock('2026-03-20T12:00:00Z')
      const later = { msgtime: Date.parse('2026-03-11T00:00:00Z') }
      expect(sentMs).toBeLessThan(Date.parse('2026-03-10T00:00:00Z'))
      await captureWecom(firm, [groupText('离职之前'), groupText('离职之后', later)])
      expect(await firm.run('wechat')).toMatchObject({ imported: 2, items: 5 })
      expect(await mailboxesOf(firm, '离职之前')).toEqual(['li', 'wang', 'zhang'])
      expect(await mailboxesOf(firm, '离职之后')).toEqual(['li', 'zhang'])
      expect(await firm.exceptions('wechat')).toMatchObject([
        { reason: 'participant-partly-unmapped', explanation: expect.stringContaining('not active') },
      ])
    })
  })

  it('is mapped by a CSV however a spreadsheet wrote it', async () => {
    await withFirm(async (firm) => {
      await firm.addMailboxes('address,name\nold@firm.example,Old Hand\n')
      const mapping = `\ufeff"External User ID";"Microsoft 365 User Mailbox"\r\n"  +44 7700 900005 ";" Old@Firm.example "\r\n`
      await firm.connect('whatsapp', { mapping, automatic: false })
      const file = await firm.file('WhatsApp Chat with Ops.txt', '28/02/2026, 23:59 - +44 7700 900005: hi\n')
      await firm.capture('whatsapp-export', [file])
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 1, items: 1 })
    })
  })
})
