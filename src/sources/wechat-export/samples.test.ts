import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { captureFiles, capturePath } from './test-capture.ts'

const samples = process.env.HOLDFAST_SAMPLES

describe.skipIf(!samples)('sample exports of every tool (needs HOLDFAST_SAMPLES)', () => {
  test('all are captured whole and decode to known kinds', async () => {
    const folder = join(samples!, 'wecom/wechat-exports')
    const names = (await readdir(folder)).filter((name) => /\.(json|jsonl|csv|txt)$/.test(name))
    expect(names.length).toBeGreaterThanOrEqual(11)
    for (const name of names) {
      const { messages, undecodable } = await capturePath(join(folder, name))
      expect(undecodable, name).toEqual([])
      const kinds = ['text', 'text', 'image', 'file', 'call', 'system']
      expect(
        messages.map(({ kind }) => kind),
        name,
      ).toEqual(kinds.slice(0, name === 'chatlog_api.txt' ? 5 : 6))
    }
  })

  test('every sample of WeChat’s XML is a message of its kind', async () => {
    const folder = join(samples!, 'wecom/wechat-xml')
    const kinds: Record<string, string> = {
      ...{ type10000: 'system', type10002: 'system', type34: 'voice', type3: 'image', type48: 'location' },
      ...{
        type49_19: 'forwarded',
        type49_2000: 'payment',
        type49_57: 'text',
        type49_6: 'file',
        type50: 'call',
      },
    }
    for (const name of (await readdir(folder)).filter((one) => one.endsWith('.xml'))) {
      const content = await readFile(join(folder, name), 'utf8')
      const [type, sub] = /^type(\d+)(?:_(\d+))?/.exec(name)!.slice(1)
      const message = { sender: 'wxid_b', accountName: '李四', timestamp: 1_700_000_000, type: 99, content }
      const file = JSON.stringify({ chatlab: {}, meta: {}, messages: [message] })
      const { messages } = await captureFiles({ 'x.json': file })
      const key = `type${type}${sub === undefined ? '' : `_${sub}`}`
      expect(messages[0]?.kind, name).toBe(kinds[key])
    }
  })
})
