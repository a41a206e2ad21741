import { expect, test } from 'vitest'
import {
  whatsappCallId,
  whatsappMessageId,
  whatsappMessageIdOfWamid,
  whatsappParty,
} from './whatsapp-message-id.ts'

const ann = '447700900001@s.whatsapp.net'
const ben = '447700900002@s.whatsapp.net'
const group = '120363000000000001@g.us'

test('both parties of a direct chat come to one id for a message', () => {
  const fromAnn = whatsappMessageId({ remoteJid: ben, id: '3EB01', fromMe: true, own: '+447700900001' })
  expect(fromAnn).toBe('447700900001~447700900002/447700900001/3EB01')
  expect(whatsappMessageId({ remoteJid: ann, id: '3EB01', fromMe: false, own: ben })).toBe(fromAnn)
})

test('all members of a group come to one id for a message', () => {
  const own = '447700900001:7@s.whatsapp.net'
  const fromAnn = whatsappMessageId({ remoteJid: group, id: '3EB01', fromMe: true, own })
  expect(fromAnn).toBe(`${group}/447700900001/3EB01`)
  const seen = { remoteJid: group, id: '3EB01', fromMe: false, participant: ann, own: ben }
  expect(whatsappMessageId(seen)).toBe(fromAnn)
})

test('one id made up by two writers, or in two chats, names different messages', () => {
  const ids = [
    { remoteJid: group, fromMe: false, participant: ann },
    { remoteJid: group, fromMe: false, participant: ben },
    { remoteJid: group, fromMe: true },
    { remoteJid: ann, fromMe: false },
    { remoteJid: ann, fromMe: true },
    { remoteJid: ben, fromMe: true },
    { remoteJid: '1234@broadcast', fromMe: true },
  ].map((key) => whatsappMessageId({ ...key, id: '3EB01', own: '447700900003@s.whatsapp.net' }))
  expect(new Set(ids).size).toBe(ids.length)
})

test('without the owner the two directions still differ', () => {
  expect(whatsappMessageId({ remoteJid: ann, id: 'X', fromMe: true })).not.toBe(
    whatsappMessageId({ remoteJid: ann, id: 'X', fromMe: false }),
  )
})

test('devices, servers and old forms of numbers do not matter', () => {
  expect(whatsappParty('447700900001:12@s.whatsapp.net')).toBe('447700900001')
  expect(whatsappParty('447700900001.0:12@s.whatsapp.net')).toBe('447700900001')
  expect(whatsappParty('447700900001@c.us')).toBe('447700900001')
  expect(whatsappParty('98765432101234:3@lid')).toBe('98765432101234@lid')
  const mexican = ['5550', '100000'].join('')
  expect(whatsappParty(`521${mexican}@s.whatsapp.net`)).toBe(whatsappParty(`52${mexican}@s.whatsapp.net`))
  expect(whatsappParty(group)).toBe(group)
  expect(whatsappParty('447700900001-1400000000@g.us')).toBe('447700900001-1400000000@g.us')
  expect(whatsappParty('status@broadcast')).toBe('status@broadcast')
})

test("the call log's id of a call is that of its signals", () => {
  expect(whatsappCallId('call:ABCDEF')).toBe(whatsappCallId('ABCDEF'))
})

test('a name of Meta’s holds the id that every other way in has, for both directions', () => {
  // Meta's published examples; the numbers in them are invented here.
  const own = '+447700900001'
  const byClient = `wamid.${Buffer.from('\x1c\x18\x0c447700900123\x15\x02\x00\x12\x18\x143A4A6599AEE03810144F\x00').toString('base64')}`
  expect(whatsappMessageIdOfWamid(byClient, own)).toBe(
    whatsappMessageId({
      remoteJid: '447700900123@s.whatsapp.net',
      id: '3A4A6599AEE03810144F',
      fromMe: false,
      own,
    }),
  )
  const byBusiness = `wamid.${Buffer.from('\x1c\x18\x0c447700900123\x15\x02\x00\x11\x18\x12E6969304FBB8F352AF\x00').toString('base64')}`
  expect(whatsappMessageIdOfWamid(byBusiness, own)).toBe(
    whatsappMessageId({
      remoteJid: '447700900123@s.whatsapp.net',
      id: 'E6969304FBB8F352AF',
      fromMe: true,
      own,
    }),
  )
})

test('an older name, a word, or one whose own number is not known, is nobody else’s id', () => {
  for (const name of ['wamid.gBGGSFcCNEOPAgkO_KJ55r4w_ww', 'wamid.OUT', '3EB01', 'wamid.', ''])
    expect(whatsappMessageIdOfWamid(name, '+447700900001')).toBeNull()
  const whole = `wamid.${Buffer.from('\x1c\x18\x0c447700900123\x15\x02\x00\x12\x18\x143A4A6599AEE03810144F\x00').toString('base64')}`
  expect(whatsappMessageIdOfWamid(whole, '')).toBeNull()
  expect(whatsappMessageIdOfWamid(whole.slice(0, -8), '+447700900001')).toBeNull()
})
