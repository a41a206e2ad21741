import { expect, it } from 'vitest'
import { withFirm } from '../../../test/journey/firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from '../../../test/journey/wecom.ts'
import { parseItemId } from '../item-id.ts'
import { conversationNeighbours } from './conversation-window.ts'

/** A busy month, the months around it, and quiet ones far away. */
const days = [
  ...['2024-01-31', '2024-12-31', '2025-01-01', '2025-08-15', '2025-12-01', '2025-12-31'],
  ...['2026-01-01', '2026-01-01', '2026-01-31', '2026-02-28', '2026-03-01', '2026-03-19'],
]

it('finds every message of a conversation before and after any of them, nearest first', async () => {
  await withFirm(async (firm) => {
    await firm.addUsers(threePeople)
    await firm.addMailboxes(threeMailboxes)
    await firm.connect('wechat')
    await captureWecom(firm, [
      ...days.map((day, place) =>
        groupText(`message ${place}`, { msgtime: Date.parse(`${day}T00:00:00Z`) + place }),
      ),
      groupText('of another conversation', { roomid: '', tolist: ['lisi'] }),
    ])
    await firm.run('wechat')
    const items = await firm.search('message mailbox:li')
    const ids = items.map(({ id }) => parseItemId(id).messageId).reverse()
    expect(ids).toHaveLength(days.length)
    const { mailboxId } = parseItemId(items[0]!.id)
    const { rows } = await firm.pool.query('select conversation_id from message where id = $1', [ids[0]])
    const conversationId = rows[0].conversation_id
    for (const [place, messageId] of ids.entries()) {
      const from = { mailboxId, conversationId, messageId }
      expect(await conversationNeighbours(firm.pool, from, 'earlier', 100)).toEqual(
        ids.slice(0, place).reverse(),
      )
      expect(await conversationNeighbours(firm.pool, from, 'later', 100)).toEqual(ids.slice(place + 1))
      expect(await conversationNeighbours(firm.pool, from, 'later', 2)).toEqual(
        ids.slice(place + 1, place + 3),
      )
    }
  })
}, 60_000)
