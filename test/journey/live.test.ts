/** What comes by itself: from a vendor's call to the item, in one process. */
import { expect, it } from 'vitest'
import * as cloud from '../../src/sources/whatsapp-cloud/fixtures.ts'
import { connectCloud } from './cloud.ts'
import { withFirm } from './firm.ts'

const said = (id: string, type: string, content: object) => ({
  ...cloud.message(type, content),
  id,
})

it('a deal that was edited and deleted is there three times: as it was said, as it was changed, as it went', async () => {
  await withFirm(async (firm) => {
    const site = await connectCloud(firm)
    const events = [
      said('wamid.2', 'edit', {
        original_message_id: 'wamid.1',
        message: { type: 'text', text: { body: 'deal at 99' } },
      }),
      said('wamid.3', 'revoke', { original_message_id: 'wamid.1' }),
    ]
    await site.call(cloud.listOf('messages', [said('wamid.1', 'text', { body: 'deal at 95' })]))
    const [original] = await firm.search('95')
    const before = await firm.email(original!.id)
    await site.call(cloud.listOf('messages', events))
    expect(await firm.email(original!.id)).toBe(before)
    expect((await firm.search()).map(({ subject }) => subject)).toHaveLength(3)
    expect(await firm.search('99')).toHaveLength(1)
    // The same, all at once and twice over: nothing is merged, nothing doubled.
    const again = ['wamid.1', 'wamid.2', 'wamid.3'].map((id) => `${id}b`)
    const buffered = cloud.listOf('messages', [
      said(again[2]!, 'revoke', { original_message_id: again[0]! }),
      said(again[1]!, 'edit', {
        original_message_id: again[0]!,
        message: { type: 'text', text: { body: 'price 77' } },
      }),
      said(again[0]!, 'text', { body: 'price 66' }),
    ])
    await site.call(buffered, buffered)
    expect(await firm.search()).toHaveLength(6)
    expect(await firm.search('66')).toHaveLength(1)
    expect(await firm.search('77')).toHaveLength(1)
    expect(await firm.counts()).toMatchObject({ site_record: 6, message: 6 })
  })
})

it('every kind of record of Meta’s becomes an item of the person whose number it is', async () => {
  await withFirm(async (firm) => {
    const site = await connectCloud(firm)
    const report = await site.call(...cloud.everyKind)
    // The last of them names nobody: it is kept as an exception.
    expect(report.exceptions).toMatchObject({ total: 1, byReason: { 'participant-unmapped': 1 } })
    const { site_record, item } = await firm.counts()
    expect(item).toBe(site_record - 1)
    expect(await firm.search('买入')).toHaveLength(1)
    expect(await firm.search('hologram')).toHaveLength(1)
  })
})
