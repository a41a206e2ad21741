/** Attachments of 300 MB and of 1 GiB: through the whole journey with flat memory, and back byte for byte. */
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setInterval } from 'node:timers'
import { expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { type Firm, withFirm } from '../journey/firm.ts'

const mebibyte = 1024 * 1024
const custodian = '+447700900001'
const name = 'VID-20260313-WA0001.mp4'
/** What the archive itself may take above where it began; the same for any size of attachment. */
const growthBytesMax = 150 * mebibyte

/** Writes a file of that size that does not shrink, and answers its SHA-256. */
async function writeFilm(path: string, bytes: number): Promise<string> {
  const digest = createHash('sha256')
  const film = await open(path, 'w')
  const chunk = randomBytes(mebibyte)
  for (let at = 0; at < bytes; at += chunk.length) {
    chunk.writeBigUInt64LE(BigInt(at))
    digest.update(chunk)
    await film.write(chunk)
  }
  await film.close()
  return digest.digest('hex')
}

async function zipFilm(firm: Firm, film: string): Promise<string> {
  const path = join(firm.folder, 'WhatsApp Chat with Ben Broker.zip')
  const zip = new ZipFile()
  const line = `13/03/2026, 09:00 - Ada Trader: ${name} (file attached)\nthe film\n`
  zip.addBuffer(Buffer.from(line), 'WhatsApp Chat with Ben Broker.txt')
  zip.addFile(film, name, { compress: false })
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
  return path
}

/** Most that the process held while `work` was done, above what it held before. */
async function growthOf(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss()
  let most = before
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 50)
  try {
    await work()
  } finally {
    clearInterval(watch)
  }
  return most - before
}

it.each([
  ['300 MB', 300 * mebibyte],
  ['1 GiB', 1024 * mebibyte],
])('an attachment of %s comes back byte for byte, with memory flat', async (_, bytes) => {
  await withFirm(async (firm) => {
    await firm.addUsers(`name,mobile,email\nAda Trader,${custodian},ada@firm.example\n`)
    await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\n')
    await firm.connect('whatsapp')
    const film = await firm.file(name, '')
    const sha256 = await writeFilm(film, bytes)
    const zip = await zipFilm(firm, film)
    const growth = await growthOf(async () => {
      await firm.capture('whatsapp-export', [zip], { custodian })
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 1, items: 1, attachments: 1 })
      const [item] = await firm.search('film')
      const facts = await firm.item(item!.id)
      expect(facts.attachments).toEqual([{ name, type: 'video/mp4', bytes, sha256 }])
      const email = await firm.openEmail(item!.id)
      const digest = createHash('sha256')
      let read = 0
      for await (const chunk of email.stream) {
        digest.update(chunk)
        read += chunk.byteLength
      }
      expect(read).toBe(email.bytes)
      expect(digest.digest('hex')).toBe(facts.hashes.emailSha256)
    })
    console.log(`${bytes / mebibyte} MiB: grew by ${Math.round(growth / mebibyte)} MiB`)
    expect(growth).toBeLessThan(growthBytesMax)
  })
})
