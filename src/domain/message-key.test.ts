import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { conversationKeyOf, messageKeyOfVendorId } from './message-key.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('the key of a message with a vendor id', () => {
  it('is the documented hash, so that it can be recomputed in a hundred years', () => {
    const u32 = (n: number) => Buffer.from([0, 0, 0, n])
    const expected = createHash('sha256')
      .update(Buffer.from([1]))
      .update(u32(9))
      .update('vendor-id')
      .update(u32(8))
      .update('whatsapp')
      .update(u32(8))
      .update('wamid-é')
      .digest('hex')
      .slice(0, 32)
    expect(hex(messageKeyOfVendorId('whatsapp', 'wamid-é'))).toBe(expected)
  })

  it('is the same in WeCom and WeChat, which share their ids', () => {
    expect(hex(messageKeyOfVendorId('wecom', '1234_external'))).toBe(
      hex(messageKeyOfVendorId('wechat', '1234_external')),
    )
  })

  it('differs between families, ids and purposes', () => {
    const keys = [
      messageKeyOfVendorId('whatsapp', '1'),
      messageKeyOfVendorId('wecom', '1'),
      messageKeyOfVendorId('wecom', '2'),
      messageKeyOfVendorId('wecom', ''),
      conversationKeyOf('wecom', '1'),
    ].map(hex)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.every((key) => key.length === 32)).toBe(true)
  })
})
