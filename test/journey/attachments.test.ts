/** Attachments of any size, and long texts, all the way to the item and back. */
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { type Firm, withFirm } from './firm.ts'

const custodian = '+447700900001'
const settings = { custodian, timezone: 'Europe/London' }
const mebibyte = 1024 * 1024

async function openedForAda(firm: Firm): Promise<void> {
  await firm.addUsers(`name,mobile,email\nAda Trader,${custodian},ada@firm.example\n`)
  await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\n')
  await firm.connect('whatsapp')
}

async function zipOf(firm: Firm, lines: readonly string[], media: Record<string, Buffer>): Promise<string> {
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(`${lines.join('\n')}\n`), 'WhatsApp Chat with Ben Broker.txt')
  for (const [name, content] of Object.entries(media)) zip.addBuffer(content, name, { compress: false })
  zip.end()
  return firm.file('WhatsApp Chat with Ben Broker.zip', await buffer(zip.outputStream))
}

/** Bytes that do not shrink, the same on each run. */
function noise(bytes: number): Buffer {
  const content = Buffer.alloc(bytes)
  let state = 12345
  for (let at = 0; at + 4 <= bytes; at += 4) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    content.writeUInt32LE(state, at)
  }
  return content
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Names of what the object store holds for the archive. */
async function archivedObjects(firm: Firm): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of firm.centre.objects.list('segments/')) names.push(name)
  return names
}

describe('an attachment', () => {
  it('of 30 MB comes back byte for byte in its e-mail', async () => {
    await withFirm(async (firm) => {
      await openedForAda(firm)
      const film = noise(30 * mebibyte)
      const lines = ['13/03/2026, 09:00 - Ada Trader: VID-20260313-WA0001.mp4 (file attached)', 'the film']
      const zip = await zipOf(firm, lines, { 'VID-20260313-WA0001.mp4': film })
      expect(await firm.capture('whatsapp-export', [zip], settings)).toMatchObject({ attachments: 1 })
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 1, items: 1, attachments: 1 })
      const [item] = await firm.search('film')
      const facts = await firm.item(item!.id)
      expect(facts.attachments).toEqual([
        { name: 'VID-20260313-WA0001.mp4', type: 'video/mp4', bytes: film.length, sha256: sha256(film) },
      ])
      const { stream, bytes } = await firm.openEmail(item!.id)
      const email = Buffer.concat(await Array.fromAsync(stream))
      expect(email.length).toBe(bytes)
      expect(sha256(email)).toBe(facts.hashes.emailSha256)
      const parsed = await PostalMime.parse(email)
      expect(parsed.attachments.map(({ filename }) => filename)).toEqual(['VID-20260313-WA0001.mp4'])
      expect(sha256(new Uint8Array(parsed.attachments[0]!.content as ArrayBuffer))).toBe(sha256(film))
    })
  })

  it('in two messages is stored once and counted twice', async () => {
    await withFirm(async (firm) => {
      await openedForAda(firm)
      const photo = noise(200 * 1024)
      const lines = [
        '13/03/2026, 09:00 - Ada Trader: IMG-20260313-WA0001.jpg (file attached)',
        '13/03/2026, 09:05 - Ben Broker: IMG-20260313-WA0002.jpg (file attached)',
        '13/03/2026, 09:06 - Ben Broker: IMG-20260313-WA0001.jpg (file attached)',
      ]
      const media = { 'IMG-20260313-WA0001.jpg': photo, 'IMG-20260313-WA0002.jpg': Buffer.from(photo) }
      await firm.capture('whatsapp-export', [await zipOf(firm, lines, media)], settings)
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 3, attachments: 3 })
      const { rows } = await firm.pool.query('select reference_count from attachment')
      expect(rows).toEqual([{ reference_count: 3 }])
      const stored = (await archivedObjects(firm)).filter((name) => name.includes('.attachments/'))
      expect(stored).toHaveLength(1)
      for (const { id } of await firm.search()) {
        const { attachments } = await PostalMime.parse(await firm.email(id))
        expect(sha256(new Uint8Array(attachments[0]!.content as ArrayBuffer))).toBe(sha256(photo))
      }
    })
  })

  it('that is missing from the zip leaves its message, which says so', async () => {
    await withFirm(async (firm) => {
      await openedForAda(firm)
      const lines = ['13/03/2026, 09:00 - Ben Broker: IMG-20260313-WA0007.jpg (file attached)', 'see above']
      const counts = await firm.capture('whatsapp-export', [await zipOf(firm, lines, {})], settings)
      expect(counts).toEqual({ captured: 1, duplicates: 0, attachments: 0, gaps: 1 })
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 1, items: 1, attachments: 0 })
      const [item] = await firm.search('attachmentnames:IMG-20260313-WA0007')
      expect(item!.hasAttachments).toBe(false)
      expect(await firm.email(item!.id)).toMatch(/IMG-20260313-WA0007\.jpg[\s\S]*not in/i)
    })
  })

  it('of a message that waits for a mapping is kept, and is there once the message is imported', async () => {
    await withFirm(async (firm) => {
      await firm.connect('whatsapp')
      const photo = noise(200 * 1024)
      const lines = ['13/03/2026, 09:00 - +44 7700 900001: IMG-20260313-WA0001.jpg (file attached)']
      const zip = await zipOf(firm, lines, { 'IMG-20260313-WA0001.jpg': photo })
      await firm.capture('whatsapp-export', [zip], { timezone: 'Europe/London' })
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 0, exceptions: { total: 1 } })
      await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\n')
      await firm.addUsers(`name,mobile,email\nAda Trader,${custodian},ada@firm.example\n`)
      expect(await firm.reprocess('whatsapp')).toMatchObject({ imported: 1, items: 1 })
      const [item] = await firm.search('hasattachment:true')
      const { attachments } = await PostalMime.parse(await firm.email(item!.id))
      expect(sha256(new Uint8Array(attachments[0]!.content as ArrayBuffer))).toBe(sha256(photo))
    })
  })

  it('over the ceiling makes an exception that says so, and is imported once the ceiling is raised', async () => {
    await withFirm(
      async (firm) => {
        await openedForAda(firm)
        const lines = [
          '13/03/2026, 09:00 - Ada Trader: VID-20260313-WA0001.mp4 (file attached)',
          '13/03/2026, 09:01 - Ada Trader: hello',
        ]
        const zip = await zipOf(firm, lines, { 'VID-20260313-WA0001.mp4': noise(300 * 1024) })
        await firm.capture('whatsapp-export', [zip], settings)
        expect(await firm.run('whatsapp')).toMatchObject({
          imported: 1,
          exceptions: { byReason: { 'attachment-too-large': 1 } },
        })
        const [waiting] = await firm.exceptions('whatsapp')
        expect(waiting!.explanation).toMatch(/307200 bytes is over the configured ceiling of 102400/)
        firm.setAttachmentBytesMax(mebibyte)
        expect(await firm.runWindow('whatsapp', {})).toMatchObject({ imported: 1, duplicates: 1 })
        expect(await firm.exceptions('whatsapp')).toEqual([])
        expect(await firm.search('hasattachment:true')).toHaveLength(1)
      },
      { attachmentBytesMax: 100 * 1024 },
    )
  })
})

describe('a long text', () => {
  it('of 1 MB of Chinese is found at both ends', async () => {
    await withFirm(async (firm) => {
      await openedForAda(firm)
      // 350,000 different neighbours, three bytes each.
      const middle = Array.from({ length: 350_000 }, (_, place) =>
        String.fromCharCode(0x4e00 + ((place * 7 + Math.floor(place / 997)) % 5000)),
      ).join('')
      const text = `13/03/2026, 09:00 - Ada Trader: 开头的内幕消息${middle}结尾的报价单\n`
      const file = await firm.file('WhatsApp Chat with Ben Broker.txt', text)
      await firm.capture('whatsapp-export', [file], settings)
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 1, items: 1 })
      for (const query of ['"开头的内幕消息"', '"结尾的报价单"', '内幕 AND 报价']) {
        expect(await firm.search(query), query).toHaveLength(1)
      }
      expect(await firm.search('"内幕报价"')).toEqual([])
    })
  })

  it('has a word found after 10,000 repeats of another', async () => {
    await withFirm(async (firm) => {
      await openedForAda(firm)
      const text = `13/03/2026, 09:00 - Ada Trader: begin ${'again '.repeat(10_000)}unwind\n`
      const file = await firm.file('WhatsApp Chat with Ben Broker.txt', text)
      await firm.capture('whatsapp-export', [file], settings)
      await firm.run('whatsapp')
      for (const query of ['unwind', '"again unwind"', '"begin again"', 'begin unwind']) {
        expect(await firm.search(query), query).toHaveLength(1)
      }
    })
  })
})
