import { expect, test } from 'vitest'
import { sampleNames, sampleOf, secondOf, serverId } from './fixtures.ts'
import { captureFiles, custodian } from './test-capture.ts'

/** Formats that give WeChat ids; the others have names alone. */
const withIds = new Set([
  ...['chatlab.json', 'chatlab.jsonl', 'chatlog.json', 'chatlog.csv', 'chatlog.txt'],
  ...['memotrace.csv', 'pywxdump.csv', 'weflow.json'],
])
const withServerIds = new Set(['wechatmsg.csv', 'pywxdump.csv', 'weflow.csv'])

test.each(sampleNames)('%s says the same six messages', async (name) => {
  const { messages, undecodable } = await captureFiles({ [name]: sampleOf(name), '合同.pdf': 'pdf' })
  expect(undecodable).toEqual([])
  expect(messages).toHaveLength(name === 'chatlog.txt' ? 5 : 6)
  const kinds = ['text', 'text', 'image', 'file', 'call', 'system']
  expect(messages.map(({ kind }) => kind)).toEqual(kinds.slice(0, messages.length))
  expect(messages.map(({ sentAt }) => sentAt.utc)).toEqual(messages.map((_, index) => secondOf(index) * 1000))
  expect(messages[1]!.text).toBe('Send me the "contract", please')
  expect(messages[3]!.attachments).toMatchObject([
    { name: '合同.pdf', mediaType: 'application/pdf', bytes: 3 },
  ])
  if (name !== 'chatlog.json') {
    expect(messages[4]).toMatchObject({ call: { outcome: 'completed', durationSeconds: 83 } })
  }
  if (messages.length === 6)
    expect(messages[5]).toMatchObject({ event: 'recalled', refersTo: { relation: 'recalls' } })
})

test.each(sampleNames)('%s says who wrote and who read', async (name) => {
  const { messages } = await captureFiles({ [name]: sampleOf(name) })
  const zhang = withIds.has(name)
    ? { type: 'wechat-external', value: 'wxid_zhangsan' }
    : { type: 'name', value: '张三' }
  const owner = { type: 'phone', value: custodian }
  const [hello, reply] = messages
  expect(hello).toMatchObject({ sender: { identity: zhang }, recipients: [{ identity: owner }] })
  expect(reply).toMatchObject({
    sender: { identity: owner, name: 'Ada Ferrars' },
    recipients: [{ identity: zhang }],
  })
  expect(new Set(messages.map(({ conversation }) => conversation.id)).size).toBe(1)
  expect(hello!.conversation.type).toBe('direct')
  expect(messages.map((message) => message.notes?.[0])).toContain('User export, unverified.')
})

test.each(sampleNames)('%s gives the vendor’s id where it has one', async (name) => {
  const { messages, records } = await captureFiles({ [name]: sampleOf(name) })
  const types = new Set(records.map(({ identity }) => identity.type))
  expect([...types]).toEqual([withServerIds.has(name) ? 'vendor-id' : 'content'])
  if (!withServerIds.has(name)) return
  expect(messages[0]!.vendorId).toBe(serverId(0))
  // WeChat writes the notice over what was recalled, so its id names the original and it gets one of its own.
  expect(messages[5]).toMatchObject({
    vendorId: `${serverId(5)}~recall`,
    refersTo: { vendorId: serverId(5) },
  })
})

test('the same message has the same key whichever tool wrote its id', async () => {
  const pywxdump = await captureFiles({ 'a.csv': sampleOf('pywxdump.csv') })
  const weflow = await captureFiles({ 'b.csv': sampleOf('weflow.csv') })
  const identities = ({ records }: typeof weflow) => records.map(({ identity }) => identity)
  expect(identities(pywxdump)).toEqual(identities(weflow))
})
