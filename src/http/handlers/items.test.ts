import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  film,
  hostileName,
  openReadingWorld,
  picture,
  type ReadingWorld,
  sha256,
} from './reading-world.fixture.ts'

let world: ReadingWorld
beforeAll(async () => {
  world = await openReadingWorld()
}, 120_000)
afterAll(() => world?.close())

const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

describe('an item', () => {
  it('says what was written, why it is in this mailbox and what proves it', async () => {
    const id = await world.itemOf('secret')
    const item = await world.ivy.readItem({ params: { id }, query: {} })
    expect(item).toMatchObject({
      ...{ id, folder: 'WhatsApp Archiver', area: 'primary', source: 'whatsapp-export' },
      mailbox: { address: 'ada@firm.example' },
      mapping: { explanation: 'by e-mail property ada@firm.example', participant: '+447700900001' },
      message: { text: 'the secret price is 42', own: true, sentAtText: '13/03/2026, 09:00' },
    })
    const facts = await world.firm.item(id)
    expect(item.hashes.emailSha256).toBe(facts.hashes.emailSha256)
    expect(await world.lastAudited('open-item')).toMatchObject({
      ...{ actor: 'ivy', target: id, details: { items: [id] } },
    })
  })

  it('shows a reply with its quote, an edited message as such, a deletion as an event of its own', async () => {
    const reply = await world.ivy.readItem({ params: { id: await world.itemOf('收到') }, query: {} })
    expect(reply.message.refersTo).toMatchObject({
      ...{ relation: 'replies-to', quotedText: '今天下午三点开会', quotedSender: 'ZhangSan' },
    })
    const edited = await world.ivy.readItem({ params: { id: await world.itemOf('hello') }, query: {} })
    expect(edited.message).toMatchObject({ text: 'hello there', markedEdited: true })
    const deleted = await world.ivy.readItem({ params: { id: await world.itemOf('mailbox:ada') }, query: {} })
    expect(deleted.message).toMatchObject({ event: 'deleted', refersTo: { relation: 'deletes' } })
  })

  it('that was recalled stays, and its recall counts as read with it', async () => {
    const id = await world.itemOf('合规部 mailbox:li')
    const { message } = await world.ivy.readItem({ params: { id }, query: {} })
    expect(message).toMatchObject({ text: '先别告诉合规部', events: [{ event: 'recalled' }] })
    const recall = message.events[0]!.item!
    expect(recall).toMatch(/-2$/)
    expect((await world.lastAudited('open-item'))?.details).toEqual({ items: [id, recall] })
    const seen = await world.ivy.readItem({ params: { id: recall }, query: {} })
    expect(seen.message.refersTo).toMatchObject({ relation: 'recalls', item: id })
  })

  it('opened from a search is marked where the search hits', async () => {
    const search = await world.ivy.createSearch({ body: { query: '合规部 OR secret' } })
    const id = await world.itemOf('secret')
    const { message } = await world.ivy.readItem({ params: { id }, query: { search: search.id } })
    expect(message.highlights).toEqual([[4, 10]])
    expect((await world.lastAudited('open-item'))?.details).toMatchObject({ search: search.id })
    const other = world.zoe.readItem({ params: { id }, query: { search: search.id } })
    await expect(other).rejects.toMatchObject({ code: 'search-not-found', status: 404 })
  })

  it('that is none is not found, whatever its id is', async () => {
    for (const id of ['nothing', '0-0', 'zzzzzzzzzzzzz-zzzzzz', `${await world.itemOf('secret')}9`]) {
      const read = world.ivy.readItem({ params: { id }, query: {} })
      await expect(read, id).rejects.toMatchObject({ code: 'item-not-found', status: 404 })
    }
  })
})

describe('a conversation', () => {
  it('is read around an item, and every message of it is noted as read', async () => {
    const id = await world.itemOf('secret')
    const all = await world.ivy.readConversation({ params: { id }, query: {} })
    expect(all).toMatchObject({ name: '=Ben Broker', participantsTotal: 2, earlier: null, later: null })
    expect(all.messages.map(({ kind }) => kind)).toEqual([
      ...['text', 'text', 'image', 'video', 'file', 'text', 'text'],
    ])
    expect((await world.lastAudited('open-conversation'))?.details.items).toEqual(
      all.messages.map((message) => message.id),
    )
  })

  it('goes on before and after', async () => {
    const id = await world.itemOf('hello')
    const near = await world.ivy.readConversation({ params: { id }, query: { before: 1, after: 0 } })
    expect(near.messages.map((message) => message.id).at(-1)).toBe(id)
    expect(near.messages).toHaveLength(2)
    expect(near.later).toBe(id)
    const earlier = await world.ivy.readConversation({
      ...{ params: { id: near.earlier! }, query: { before: 100, after: 0 } },
    })
    expect(earlier.messages).toHaveLength(5)
    expect(earlier.earlier).toBeNull()
  })
})

describe('an e-mail and a raw record', () => {
  it('are read as text', async () => {
    const id = await world.itemOf('script')
    const email = await world.ivy.readEmail({ params: { id } })
    expect(email.headers.find(({ name }) => name === 'Subject')?.value).toContain('<script>')
    expect(email.text).toContain('<script>alert(1)</script>')
    const raw = await world.ivy.readRaw({ params: { id } })
    expect(raw).toMatchObject({ source: 'whatsapp-export', form: 'text', truncated: false })
    expect(raw.content).toContain('09:01 - Ben Broker: =HYPERLINK(')
    expect((await world.portal.audited('open-item')).slice(-2)).toMatchObject([
      { target: id, details: { form: 'email', items: [id] } },
      { target: id, details: { form: 'raw', items: [id] } },
    ])
  })

  it('are downloaded byte for byte, with the hashes that the item names', async () => {
    const id = await world.itemOf('kind:video')
    const item = await world.ivy.readItem({ params: { id }, query: {} })
    const answer = await world.ivy.downloadEmail({ params: { id } })
    const email = await bytesOf(answer)
    expect(answer.headers.get('content-disposition')).toContain(`filename="${id}.eml"`)
    expect(email.length).toBe(item.hashes.emailBytes)
    expect(sha256(email)).toBe(item.hashes.emailSha256)
    expect(email.toString()).toBe(await world.firm.email(id))
    const raw = await bytesOf(await world.ivy.downloadRaw({ params: { id } }))
    expect(sha256(raw)).toBe(item.hashes.rawSha256)
    expect((await world.portal.audited('export-item')).slice(-2)).toMatchObject([
      { actor: 'ivy', target: id, details: { form: 'eml', items: [id] } },
      { actor: 'ivy', target: id, details: { form: 'raw', items: [id] } },
    ])
  })
})

describe('an attachment', () => {
  it.each([
    ['small', 'kind:image', picture, 'image/png'],
    ['large', 'kind:video', film, 'video/mp4'],
  ])('that is %s comes whole and in pieces', async (_size, query, content, type) => {
    const id = await world.itemOf(query)
    const whole = await world.ivy.readAttachment({ params: { id, place: 0 }, query: { shown: 'true' } })
    expect(whole.headers.get('content-type')).toBe(type)
    expect(whole.headers.get('content-disposition')).toMatch(/^inline;/)
    expect((await bytesOf(whole)).equals(content)).toBe(true)
    const address = `/api/items/${id}/attachments/0?shown=true`
    const piece = await world.fetch('ivy', address, { range: 'bytes=5-9' })
    expect(piece.status).toBe(206)
    expect(piece.headers.get('content-range')).toBe(`bytes 5-9/${content.length}`)
    expect((await bytesOf(piece)).equals(content.subarray(5, 10))).toBe(true)
    const end = await world.fetch('ivy', address, { range: 'bytes=-3' })
    expect((await bytesOf(end)).equals(content.subarray(-3))).toBe(true)
    expect(await world.lastAudited('open-attachment')).toMatchObject({
      ...{ target: id, details: { place: 0, items: [id], range: expect.stringMatching(/^\d+-\d+$/) } },
    })
  })

  it('with a hostile name and type is a download and nothing else', async () => {
    const id = await world.itemOf('kind:file')
    const { message } = await world.ivy.readItem({ params: { id }, query: {} })
    expect(message.attachments).toMatchObject([{ name: hostileName, type: 'text/html', shownAs: 'file' }])
    const answer = await world.ivy.readAttachment({ params: { id, place: 0 }, query: { shown: 'true' } })
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    const disposition = answer.headers.get('content-disposition')!
    expect(disposition).toMatch(/^attachment; filename="[^"%]*"; filename\*=UTF-8''[\w%.-]*$/)
    expect(decodeURIComponent(disposition.split("''")[1]!)).toBe('=in_voice;%0d.html')
  })

  it('that is none is not found', async () => {
    const params = { id: await world.itemOf('secret'), place: 0 }
    await expect(world.ivy.readAttachment({ params, query: {} })).rejects.toMatchObject({
      code: 'item-not-found',
    })
  })
})

describe('whom a search filter limits', () => {
  it('cannot open an item of another mailbox in any form, though he knows its id', async () => {
    const id = (await world.itemOf('合规部 mailbox:li')).replace(/-\w+$/, `-${world.mailboxes.zhang}`)
    await world.ivy.readItem({ params: { id }, query: {} })
    const params = { id }
    const ways = [
      () => world.lim.readItem({ params, query: {} }),
      () => world.lim.readConversation({ params, query: {} }),
      () => world.lim.readEmail({ params }),
      () => world.lim.readRaw({ params }),
      () => world.lim.downloadEmail({ params }),
      () => world.lim.downloadRaw({ params }),
      () => world.lim.readAttachment({ params: { id, place: 0 }, query: {} }),
    ]
    for (const way of ways) {
      await expect(way()).rejects.toMatchObject({ code: 'item-not-found', status: 404 })
    }
    const refused = (await world.portal.audited()).filter(
      ({ actor, outcome }) => actor === 'lim' && outcome === 'refused',
    )
    expect(refused).toHaveLength(ways.length)
    expect(refused[0]).toMatchObject({ operation: 'open-item', target: id })
  })

  it('is not told which other mailboxes hold what he reads', async () => {
    const id = await world.itemOf('合规部 mailbox:li')
    const [all, limited] = await Promise.all(
      [world.ivy, world.lim].map((who) => who.readItem({ params: { id }, query: {} })),
    )
    expect(all!.otherMailboxes).toEqual(['wang@firm.example', 'zhang@firm.example'])
    expect(limited!.otherMailboxes).toEqual([])
    expect(limited!.message.text).toBe('先别告诉合规部')
  })

  it('reads no neighbour that lies in other mailboxes only', async () => {
    const id = await world.itemOf('合规部 mailbox:li')
    const { messages } = await world.lim.readConversation({ params: { id }, query: {} })
    expect(messages).toHaveLength(4)
    expect(messages.every((message) => message.id.endsWith(`-${world.mailboxes.li}`))).toBe(true)
  })
})

it('nothing failed on the way', () => expect(world.portal.failures).toEqual([]))
