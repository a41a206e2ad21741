import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { itemIdOf, parseItemId } from './item-id.ts'

describe('the id of an item', () => {
  it('leads back to its message and mailbox', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 63n - 1n), fc.nat(2 ** 31 - 1), (messageId, mailboxId) => {
        expect(parseItemId(itemIdOf(messageId, mailboxId))).toEqual({ messageId, mailboxId })
      }),
    )
  })

  it.each(['', 'abc', 'abc-', '-1', 'A-1', 'zzzzzzzzzzzzz-1', '1-zzzzzz', '1-2-3'])('refuses %j', (id) => {
    expect(() => parseItemId(id)).toThrow(expect.objectContaining({ code: 'item-not-found' }))
  })
})
