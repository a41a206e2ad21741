import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renameXml } from '../../../../test/wecom/callbacks.ts'
import { expectMessage } from '../../source.contract.ts'
import type { CapturedRecord, RawRecord } from '../../source.ts'
import { wecomArchive } from '../index.ts'
import { splitCallback } from './callback-events.ts'

const now = 1_772_415_000_000
const settings = { corpId: 'ww0123456789test' }
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-wecom-events-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function recordOf(xml: string): Promise<RawRecord> {
  const found: CapturedRecord[] = []
  for await (const one of splitCallback({ folder, settings }, { bytes: Buffer.from(xml), receivedAt: now }))
    found.push(one as CapturedRecord)
  expect(found).toHaveLength(1)
  return { ...found[0]!, attachments: [] }
}

describe('events of WeCom', () => {
  test('a rename is a system message of both names', async () => {
    const record = await recordOf(renameXml(settings.corpId, 'ZhangSan', 'zhangsan001', now))
    const result = wecomArchive.decode(record)
    if (!result.decoded) throw new Error(result.explanation)
    expectMessage(result.message, wecomArchive, record)
    expect(result.message).toMatchObject({
      kind: 'system',
      text: 'The WeCom userid ZhangSan was changed to zhangsan001',
      recipients: [
        { identity: { type: 'wecom-userid', value: 'zhangsan' } },
        { identity: { type: 'wecom-userid', value: 'zhangsan001' } },
      ],
    })
    expect(result.message.sentAt.utc).toBe(now)
  })

  test('consent of a WeChat contact is a consent', async () => {
    const xml = `<xml><CreateTime>1772415000</CreateTime><Event>change_external_contact</Event><ChangeType>msg_audit_approved</ChangeType><UserID>zhangsan</UserID><ExternalUserID>wmTESTcontact000000000000000001</ExternalUserID></xml>`
    const record = await recordOf(xml)
    const result = wecomArchive.decode(record)
    if (!result.decoded) throw new Error(result.explanation)
    expectMessage(result.message, wecomArchive, record)
    expect(result.message).toMatchObject({ kind: 'consent', channel: 'wechat' })
  })

  test('what cannot be read is kept, and says why', async () => {
    for (const xml of ['<xml>', '<xml><Event>x</Event></xml>', '\ud800'])
      expect(wecomArchive.decode(await recordOf(xml))).toMatchObject({
        decoded: false,
        reason: 'undecodable',
      })
  })

  test('no bytes make it throw', () => {
    const context = { callback: true }
    const pieces = fc.array(
      fc.constantFrom(
        '<xml>',
        '</xml>',
        '<CreateTime>',
        '</CreateTime>',
        '1',
        '&#9;',
        '<![CDATA[',
        ']]>',
        '<UserID>wm</UserID>',
      ),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((some) => Buffer.from(some.join(''))),
          fc.uint8Array(),
        ),
        (bytes) => {
          const record = { channel: 'wecom', bytes, place: { offset: 0 }, context, attachments: [] } as const
          const result = wecomArchive.decode(record)
          if (result.decoded) expectMessage(result.message, wecomArchive, record)
        },
      ),
    )
  })

  test('the same event again is the same record', async () => {
    const xml = renameXml(settings.corpId, 'a', 'b', now)
    expect((await recordOf(xml)) as unknown as CapturedRecord).toEqual(await recordOf(xml))
  })
})
