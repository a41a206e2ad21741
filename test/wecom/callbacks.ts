/** Calls as WeCom makes them to an event receiver: encrypted, signed. The mirror of what the source opens. */
import { createCipheriv, hash } from 'node:crypto'
import type { ReceivedCall } from '../../src/sources/live-source.ts'

export interface Receiver {
  readonly corpId: string
  readonly token: string
  /** 43 characters. */
  readonly encodingAesKey: string
}

/** As in the documented scheme: 16 random bytes (here all the same), length, content, receiver, padded to 32 bytes. */
export function encryptFor({ corpId, encodingAesKey }: Receiver, content: string): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64')
  const text = Buffer.from(content)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const plain = Buffer.concat([Buffer.alloc(16, 7), length, text, Buffer.from(corpId)])
  const count = 32 - (plain.length % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([plain, Buffer.alloc(count, count)])
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
}

export function signatureOf(token: string, ...parts: readonly string[]): string {
  return hash('sha1', [token, ...parts].sort().join(''))
}

export function eventCall(receiver: Receiver, xml: string, atMs: number): ReceivedCall {
  const encrypted = encryptFor(receiver, xml)
  const body = `<xml><ToUserName><![CDATA[${receiver.corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt><AgentID><![CDATA[2000004]]></AgentID></xml>`
  return { method: 'POST', headers: {}, query: signed(receiver, encrypted, atMs), body: Buffer.from(body) }
}

export function verificationCall(receiver: Receiver, echo: string, atMs: number): ReceivedCall {
  const echostr = encryptFor(receiver, echo)
  return {
    method: 'GET',
    headers: {},
    query: { ...signed(receiver, echostr, atMs), echostr },
    body: Buffer.alloc(0),
  }
}

function signed({ token }: Receiver, encrypted: string, atMs: number) {
  const [timestamp, nonce] = [String(Math.floor(atMs / 1000)), 'a1b2c3']
  return { msg_signature: signatureOf(token, timestamp, nonce, encrypted), timestamp, nonce }
}

/** The hint that messages can be pulled. */
export function notifyXml(corpId: string, atMs: number): string {
  return `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>${Math.floor(atMs / 1000)}</CreateTime><MsgType><![CDATA[event]]></MsgType><AgentID>2000004</AgentID><Event><![CDATA[msgaudit_notify]]></Event></xml>`
}

export function renameXml(corpId: string, before: string, after: string, atMs: number): string {
  return `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>${Math.floor(atMs / 1000)}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_contact]]></Event><ChangeType>update_user</ChangeType><UserID><![CDATA[${before}]]></UserID><NewUserID><![CDATA[${after}]]></NewUserID></xml>`
}
