import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { contentOf } from './delivery.contract.ts'
import { itemFixture } from './outgoing-item.fixture.ts'
import type { OutgoingItem } from './outgoing-item.ts'
import { reducedEmail, reducedToFit, smallestEmail } from './reduced-email.ts'

const names = ['合同 最终版.mp4', 'plan.pdf', 'small.png', 'it\'s "big".zip', 'empty.bin']

function itemOf(sizes: readonly number[]): OutgoingItem {
  const attachments = sizes.map((bytes, place) => ({
    ...{ name: names[place % names.length]!, type: 'application/pdf' },
    content: () => contentOf(bytes),
  }))
  return itemFixture({ id: `of-${sizes.join('-')}`, text: 'See these.\n--mix-00000000\n', attachments })
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream, (chunk) => chunk.slice()))
}

/** Where the same part stands in both, without the parts' boundaries. */
function partsOf(email: Buffer): string[] {
  const text = email.toString('latin1')
  const boundary = /boundary=(mix-\w+)/.exec(text)![1]
  return text.split(new RegExp(`\r\n--${boundary}(?:--)?\r\n`))
}

function subsetsOf(places: readonly number[]): number[][] {
  const [first, ...rest] = places
  if (first === undefined) return [[]]
  return subsetsOf(rest).flatMap((set) => [set, [first, ...set]])
}

describe('an e-mail without some of its large attachments', () => {
  const item = itemOf([300_000, 65_537, 9_000, 200_001, 70_000])
  const large = item.holes.map(({ place }) => place)

  it.each(subsetsOf(large).map((places) => [places]))(
    'says so of %j, and keeps everything else byte for byte',
    async (places) => {
      const whole = partsOf(await bytesOf(await item.email()))
      const reduced = reducedEmail(item, new Set(places))
      const bytes = await bytesOf(await reduced.stream())
      expect(bytes.length).toBe(reduced.bytes)
      expect(reduced.leftOut.map(({ name }) => name)).toEqual(
        places.map((place) => item.attachments[place]!.name),
      )
      const parts = partsOf(bytes)
      expect(parts).toHaveLength(whole.length)
      // The head and the text come before the attachments.
      const before = whole.length - 1 - item.attachments.length
      for (const [index, part] of parts.entries()) {
        const place = index - before
        if (!places.includes(place)) expect(part === whole[index], `part ${index}`).toBe(true)
      }
    },
  )

  it('is understood by a mail reader: the text, the notes, and the attachments that are left', async () => {
    const reduced = reducedEmail(item, new Set([0, 3]))
    const mail = await PostalMime.parse(await bytesOf(await reduced.stream()))
    expect(mail.messageId).toBe(item.messageId)
    expect(mail.text).toContain('See these.')
    for (const place of [0, 3]) {
      const { name, bytes, sha256 } = item.attachments[place]!
      for (const said of [`Name: ${name}`, `Bytes: ${bytes}`, `SHA-256: ${sha256}`])
        expect(mail.text).toContain(said)
    }
    expect(mail.attachments.map(({ filename }) => filename)).toEqual(
      [1, 2, 4].map((place) => item.attachments[place]!.name),
    )
  })

  it('leaves out the largest first, and no more than it must', async () => {
    expect(reducedToFit(item, item.emailBytes - 1)!.leftOut.map(({ bytes }) => bytes)).toEqual([300_000])
    expect(reducedToFit(item, 400_000)!.leftOut.map(({ bytes }) => bytes)).toEqual([300_000, 200_001])
    expect(reducedToFit(item, 100_000)!.leftOut).toHaveLength(4)
    expect(reducedToFit(item, 9_000)).toBeNull()
  })

  it('has nothing to leave out where everything is small', () => {
    const small = itemOf([9_000])
    expect(reducedToFit(small, 20_000)).toBeNull()
    expect(smallestEmail(small)).toBeNull()
    expect(smallestEmail(item)!.leftOut).toHaveLength(large.length)
  })

  it('gives the same bytes however the e-mail arrives', async () => {
    const reduced = reducedEmail(item, new Set([1, 4]))
    const wanted = await bytesOf(await reduced.stream())
    for (const size of [1_013, 50_000, 1_000_000]) {
      const email = await bytesOf(await item.email())
      const chunked: OutgoingItem = {
        ...item,
        email: async () =>
          (async function* () {
            for (let from = 0; from < email.length; from += size) yield email.subarray(from, from + size)
          })(),
      }
      const bytes = await bytesOf(await reducedEmail(chunked, new Set([1, 4])).stream())
      expect(bytes.equals(wanted), `chunks of ${size}`).toBe(true)
    }
  })
})
