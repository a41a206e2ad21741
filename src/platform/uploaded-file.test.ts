import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { systemClock } from './clock.ts'
import { systemRandom } from './random.ts'
import { safeFileName, withUploadedFile } from './uploaded-file.ts'

const temporary = mkdtempSync(join(tmpdir(), 'holdfast-upload-'))
afterAll(() => rmSync(temporary, { recursive: true }))
const parts = { folder: { temporary }, random: systemRandom, clock: systemClock }

async function* bytes(chunks: number, bytesOfChunk: number) {
  for (let chunk = 0; chunk < chunks; chunk += 1) yield Buffer.alloc(bytesOfChunk, chunk)
}

describe('an uploaded file', () => {
  it('is private, whole and named as it was while it is read, and gone afterwards', async () => {
    await withUploadedFile(parts, { name: 'Chat with Bo.zip', body: bytes(3, 4) }, async (path) => {
      expect(basename(path)).toBe('Chat with Bo.zip')
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(readFileSync(path)).toEqual(Buffer.from('000000000101010102020202', 'hex'))
    })
    expect(readdirSync(temporary)).toEqual([])
  })

  it('is gone also when it breaks off, or its reader fails', async () => {
    const broken = async function* () {
      yield Buffer.from('half')
      throw new Error('gone away')
    }
    const reading = withUploadedFile(parts, { name: 'a', body: broken() }, async () => 'read')
    await expect(reading).rejects.toThrow('gone away')
    const failing = withUploadedFile(parts, { name: 'a', body: bytes(1, 1) }, async () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    })
    await expect(failing).rejects.toMatchObject({ code: 'disk-full' })
    expect(readdirSync(temporary)).toEqual([])
  })

  it('that a killed process left two days ago is removed with the next one', async () => {
    const left = join(temporary, 'upload-left')
    mkdirSync(left)
    utimesSync(left, new Date(0), new Date(0))
    mkdirSync(join(temporary, 'upload-of-another'))
    await withUploadedFile(parts, { name: 'a', body: bytes(1, 1) }, async () => {})
    expect(readdirSync(temporary)).toEqual(['upload-of-another'])
  })

  it('takes as little memory as its chunks, however large it is', async () => {
    const before = process.memoryUsage().rss
    let peak = 0
    const large = async function* () {
      for await (const chunk of bytes(200, 1024 * 1024)) {
        peak = Math.max(peak, process.memoryUsage().rss)
        yield chunk
      }
    }
    await withUploadedFile(parts, { name: 'large', body: large() }, async (path) => {
      expect(statSync(path).size).toBe(200 * 1024 * 1024)
    })
    expect(peak - before).toBeLessThan(120 * 1024 * 1024)
  })

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\chat.txt', 'chat.txt'],
    ['..', 'file'],
    ['.hidden.zip', 'hidden.zip'],
    ['a\u202egnp.exe\u0000', 'agnp.exe'],
    ['聊天记录.txt', '聊天记录.txt'],
    [`${'聊'.repeat(300)}.txt`, `${'聊'.repeat(65)}.txt`],
  ])('named %j lies on disk as %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe)
  })
})
