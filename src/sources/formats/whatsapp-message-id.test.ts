import { expect, test } from 'vitest'
import { whatsappCallId, whatsappMessageId, whatsappParty } from './whatsapp-message-id.ts'

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
