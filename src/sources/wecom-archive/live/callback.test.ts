import { describe, expect, test } from 'vitest'
import {
  eventCall,
  notifyXml,
  renameXml,
  signatureOf,
  verificationCall,
} from '../../../../test/wecom/callbacks.ts'
import type { ReceivedCall } from '../../live-source.ts'
import { receiveCallback } from './callback.ts'
import { openCallback } from './callback-crypto.ts'
import { readCallbackXml } from './callback-xml.ts'

const now = 1_772_415_000_000
const receiver = {
  corpId: 'ww0123456789test',
  token: 'aTokenForTests',
  encodingAesKey: Buffer.alloc(32, 'an invented key ').toString('base64').slice(0, 43),
}
const given = {
  settings: { corpId: receiver.corpId },
  secret: { callback: receiver },
  clock: { now: () => now },
}
const notify = () => eventCall(receiver, notifyXml(receiver.corpId, now), now)

describe('calls of WeCom', () => {
  test('the verification is answered with what it says, decrypted', () => {
    const answer = receiveCallback(given, verificationCall(receiver, '94966531020182955848408', now))
    expect(answer).toEqual({ status: 200, text: '94966531020182955848408', mediaType: 'text/plain' })
  })

  test('the verification is answered though a plus sign became a blank', () => {
    for (let echo = 0; echo < 20; echo++) {
      const call = verificationCall(receiver, `echo ${echo}`, now)
      const query = { ...call.query, echostr: call.query.echostr!.replaceAll('+', ' ') }
      expect(receiveCallback(given, { ...call, query }).text).toBe(`echo ${echo}`)
    }
  })

  test('the hint that there are messages begins a pull, and is not kept', () => {
    const answer = receiveCallback(given, notify())
    expect(answer).toMatchObject({ status: 200, text: 'success', wake: true })
    expect(answer.keep).toBeUndefined()
  })

  test('every other event is kept as it was decrypted', () => {
    const xml = renameXml(receiver.corpId, 'zhangsan', 'zhangsan001', now)
    const answer = receiveCallback(given, eventCall(receiver, xml, now))
    expect(answer.wake).toBeUndefined()
    expect(Buffer.from(answer.keep!).toString()).toBe(xml)
  })

  test('a flipped byte anywhere is refused', () => {
    const call = notify()
    const whole = Buffer.from(call.body)
    for (let at = 0; at < call.body.length; at += 7) {
      const body = Uint8Array.from(call.body)
      body[at]! ^= 1
      const answer = receiveCallback(given, { ...call, body })
      const outsideSealed = at < whole.indexOf('<Encrypt>') || at > whole.indexOf('</Encrypt>')
      if (!outsideSealed) expect(answer.status, `byte ${at}`).toBe(403)
      else expect([200, 403], `byte ${at}`).toContain(answer.status)
    }
    const signature = call.query.msg_signature!
    const flipped = (signature[0] === 'a' ? 'b' : 'a') + signature.slice(1)
    expect(receiveCallback(given, { ...call, query: { ...call.query, msg_signature: flipped } }).status).toBe(
      403,
    )
  })

  test('a call that is five minutes old or early is taken, an older one is a replay', () => {
    for (const [awayMs, status] of [
      [-300_000, 200],
      [300_000, 200],
      [-301_000, 403],
      [301_000, 403],
    ] as const)
      expect(
        receiveCallback(given, eventCall(receiver, notifyXml(receiver.corpId, now), now + awayMs)).status,
      ).toBe(status)
  })

  test('each refusal has its reason for the audit and the same face for the caller', () => {
    const other = { ...receiver, corpId: 'wwother' }
    const refusals: readonly (readonly [string, ReceivedCall])[] = [
      ['other-company', eventCall(other, notifyXml(other.corpId, now), now)],
      ['wrong-signature', eventCall({ ...receiver, token: 'x' }, notifyXml(receiver.corpId, now), now)],
      ['out-of-time', eventCall(receiver, notifyXml(receiver.corpId, now), now - 3_600_000)],
      ['not-a-callback', { ...notify(), body: Buffer.from('{"a":1}') }],
      ['not-a-callback', { ...notify(), method: 'GET' }],
      ['undecryptable', resigned('AAAA')],
    ]
    for (const [refusal, call] of refusals)
      expect(receiveCallback(given, call)).toEqual({
        status: 403,
        text: 'refused',
        mediaType: 'text/plain',
        refusal,
      })
    expect(receiveCallback({ ...given, secret: { callback: undefined } }, notify()).refusal).toBe(
      'no-receiver',
    )
  })
})

function resigned(encrypted: string): ReceivedCall {
  const call = notify()
  const { timestamp = '', nonce = '' } = call.query
  const msg_signature = signatureOf(receiver.token, timestamp, nonce, encrypted)
  const body = Buffer.from(`<xml><Encrypt>${encrypted}</Encrypt></xml>`)
  return { ...call, body, query: { ...call.query, msg_signature } }
}

describe('the encryption', () => {
  test('a wrong key, and any other length, opens nothing', () => {
    const encrypted = readCallbackXml(Buffer.from(notify().body).toString())!.children.find(
      ({ name }) => name === 'Encrypt',
    )!.text
    expect(openCallback(receiver.encodingAesKey, encrypted)?.receiver).toBe(receiver.corpId)
    const opened = openCallback(Buffer.alloc(32, 1).toString('base64').slice(0, 43), encrypted)
    expect(opened?.receiver === receiver.corpId).toBe(false)
    expect(openCallback(receiver.encodingAesKey, encrypted.slice(0, -8))).toBeNull()
    expect(openCallback(receiver.encodingAesKey, '')).toBeNull()
  })
})

describe('the XML', () => {
  test('is read with CDATA, entities and repeated elements', () => {
    expect(
      readCallbackXml(
        '<?xml version="1.0"?>\n<xml> <a><![CDATA[<&]]></a><b>1 &lt; 2 &#20013;&#x6587;</b><c/></xml>\n',
      ),
    ).toEqual({
      name: 'xml',
      text: '',
      children: [
        { name: 'a', text: '<&', children: [] },
        { name: 'b', text: '1 < 2 中文', children: [] },
        { name: 'c', text: '', children: [] },
      ],
    })
  })

  test('with definitions, attributes, comments, or not closed, is none', () => {
    for (const text of [
      '<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>',
      '<xml a="1"></xml>',
      '<xml><!-- --></xml>',
      '<xml><a></xml></a>',
      '<xml>',
      '</xml>',
      '<xml></xml><xml></xml>',
      'text',
      '',
      '<a>'.repeat(1_000),
    ])
      expect(readCallbackXml(text), text.slice(0, 40)).toBeNull()
  })

  test('of a megabyte costs no more than it must', () => {
    const text = `<xml>${'<a>'.repeat(10)}${'&amp;'.repeat(150_000)}`
    expect(readCallbackXml(text)).toBeNull()
    expect(readCallbackXml(`<xml><a>${'x'.repeat(900_000)}</a></xml>`)?.children[0]?.text.length).toBe(
      900_000,
    )
  })
})
