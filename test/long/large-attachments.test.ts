/** Attachments of 300 MB and of 1 GiB: through the whole journey with flat memory, and back byte for byte. */
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setInterval } from 'node:timers'
import { beforeAll, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { type Firm, withFirm } from '../journey/firm.ts'

const mebibyte = 1024 * 1024
const custodian = '+447700900001'
const name = 'VID-20260313-WA0001.mp4'
/** What a larger attachment may take above one of 30 MB; the same for any size. */
const excessBytesMax = 150 * 1_000_000
/** The most a run takes at all: 500 MB at a million messages, and 150 MB for a large attachment. */
const peakBytesMax = 650 * 1_000_000

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

/** Most that the process held while `work` was done. */
async function peakOf(work: () => Promise<void>): Promise<number> {
  let most = process.memoryUsage.rss()
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss())
  }
  const watch = setInterval(look, 20)
  try {
    await work()
    look()
  } finally {
    clearInterval(watch)
  }
  return most
}

/** Captures, transfers, imports, finds and reads back one attachment; answers the most memory this took. */
async function journey(bytes: number): Promise<number> {
  let peak = 0
  await withFirm(async (firm) => {
    await firm.addUsers(`name,mobile,email\nAda Trader,${custodian},ada@firm.example\n`)
    await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\n')
    await firm.connect('whatsapp')
    const film = await firm.file(name, '')
    const sha256 = await writeFilm(film, bytes)
    const zip = await zipFilm(firm, film)
    peak = await peakOf(async () => {
      await firm.capture('whatsapp-export', [zip], { custodian })
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 1, items: 1, attachments: 1 })
      const [item] = await firm.search('film')
      const facts = await firm.item(item!.id)
      expect(facts.attachments).toEqual([{ name, type: 'video/mp4', bytes, sha256 }])
      await readBack(firm, item!.id, facts.hashes.emailSha256)
    })
  })
  return peak
}

async function readBack(firm: Firm, itemId: string, emailSha256: string): Promise<void> {
  const email = await firm.openEmail(itemId)
  const digest = createHash('sha256')
  let read = 0
  for await (const chunk of email.stream) {
    digest.update(chunk)
    read += chunk.byteLength
  }
  expect(read).toBe(email.bytes)
  expect(digest.digest('hex')).toBe(emailSha256)
}

/** Any run loads modules, opens connections and is compiled; what comes on top with the size would grow with it. */
let modestPeak = 0
beforeAll(async () => {
  modestPeak = await journey(30 * mebibyte)
})

it.each([
  ['300 MB', 300 * mebibyte],
  ['1 GiB', 1024 * mebibyte],
])('an attachment of %s comes back byte for byte, and takes the memory of one of 30 MB', async (_, bytes) => {
  const peak = await journey(bytes)
  const [excess, modest] = [peak - modestPeak, modestPeak].map((size) => Math.round(size / 1e6))
  console.log(`${bytes / mebibyte} MiB: ${excess} MB above the ${modest} MB of a run with 30 MiB`)
  expect(peak - modestPeak).toBeLessThan(excessBytesMax)
  expect(peak).toBeLessThan(peakBytesMax)
})
