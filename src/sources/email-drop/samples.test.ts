import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { captureFiles } from './test-capture.ts'

const samples = process.env.HOLDFAST_SAMPLES

describe.skipIf(!samples)('real e-mails around chats (needs HOLDFAST_SAMPLES)', () => {
  test('each is captured; those with a time decode, the others say that they have none', async () => {
    const folder = join(samples!, 'evidence/rsmf/testmatrix/out')
    const names = (await readdir(folder)).filter((name) => name.endsWith('.rsmf'))
    const { records, results, gaps } = await captureFiles([folder])
    expect(records.length + gaps.length).toBeGreaterThanOrEqual(names.length)
    for (const result of results) {
      if (result.decoded) expect(result.message.attachments.length).toBeGreaterThan(0)
      else expect(result.explanation).toMatch(/no date/)
    }
  })

  test("an e-mail with a picture and a zip carries both, and its vendor's fields", async () => {
    const file = join(samples!, 'evidence/rsmf/Documentation/Sample3/message.eml')
    const { records, contents, gaps } = await captureFiles([file])
    expect(gaps).toEqual([])
    expect(records[0]!.identity).toEqual({ type: 'bytes', custodian: '' })
    expect([...contents.keys()]).toEqual(['avatar.png', 'rsmf.zip'])
    expect(contents.get('rsmf.zip')!.toString('latin1', 0, 2)).toBe('PK')
  })
})
