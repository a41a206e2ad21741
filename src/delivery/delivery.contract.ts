import { hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FolderName } from '../domain/message.ts'
import type { Delivery, Held, OpenFolder, Outcome } from './delivery.ts'
import { type ItemFixture, itemFixture } from './outgoing-item.fixture.ts'
import type { OutgoingItem } from './outgoing-item.ts'
import { DeliveryProblem } from './problem.ts'

/** What stands in a folder, as somebody who looks into the mailbox sees it. */
export interface Content {
  readonly messageId: string
  /** The e-mail as it arrived, or null where a destination does not keep it. */
  readonly bytes?: Buffer | null
}

export interface DeliverySubject {
  readonly delivery: Delivery
  /** A mailbox that is there, without any folder of ours yet. */
  readonly address: string
  /** What stands in the mailbox's folder, without our own code. */
  contents(folder: FolderName): Promise<readonly Content[]>
  /** Another delivery to the same place, whose secret is wrong. It is closed by the suite. */
  readonly withWrongSecret?: () => Delivery
  close(): Promise<void>
}

/** What a destination cannot have, each with the reason why. */
export type Lacking = Partial<Record<'looking' | 'unknown-mailbox' | 'wrong-secret' | 'content', string>>

const folder: FolderName = 'WhatsApp Archiver'
const patience = 60_000

/**
 * What every destination promises. `lacking` names what one cannot have, with the reason: `looking` (find and
 * list), `unknown-mailbox`, `wrong-secret`, `content` (the e-mail byte for byte).
 */
export function deliveryContract(
  name: string,
  open: () => Promise<DeliverySubject>,
  lacking: Lacking = {},
): void {
  describe(`delivery: ${name}`, { timeout: patience * 2 }, () => {
    let subject: DeliverySubject
    beforeAll(async () => {
      subject = await open()
    }, patience)
    afterAll(async () => {
      await subject?.delivery.close()
      await subject?.close()
    }, patience)

    const opened = (address = subject.address) => subject.delivery.open({ address, folder }, calm())
    const idsThere = async () => (await subject.contents(folder)).map(({ messageId }) => messageId)
    const itUnless = (lack: keyof Lacking, title: string, test: () => Promise<void>) =>
      lacking[lack] === undefined ? it(title, test) : it.skip(`${title} (${lacking[lack]})`, test)

    it('says all is well before anything was delivered', async () => {
      const checks = await subject.delivery.test(subject.address)
      expect(checks.length).toBeGreaterThan(0)
      expect(checks.filter(({ ok }) => !ok)).toEqual([])
      expect(checks.every(({ what, remedy }) => what !== '' && remedy === '')).toBe(true)
    })

    it('makes the folder once and finds it again', async () => {
      for (const id of ['first-opening', 'second-opening']) {
        expectConfirmed(await deliverOnce(await opened(), [itemFixture({ id })]))
      }
      const wanted = [idOf('first-opening'), idOf('second-opening')]
      expect(await idsThere()).toEqual(expect.arrayContaining(wanted))
    })

    it('delivers a batch, each item once, with an outcome and a receipt for each in order', async () => {
      const count = Math.min(subject.delivery.batch.items, 25)
      const items = sampleItems('batch', count)
      const outcomes = await deliverOnce(await opened(), items)
      expect(outcomes).toHaveLength(count)
      const receipts = expectConfirmed(outcomes)
      if (lacking.looking === undefined) expect(new Set(receipts).size).toBe(count)
      const there = await idsThere()
      for (const { messageId } of items) expect(there.filter((id) => id === messageId)).toHaveLength(1)
    })

    itUnless(
      'content',
      'brings a Chinese text, a Chinese file name and attachments of all sizes whole',
      async () => {
        const items = awkwardItems().map(itemFixture)
        const one = await opened()
        try {
          // A large item comes alone, as `Delivery.batch` has it.
          for (const item of items) expectConfirmed(await one.deliver([item], calm()))
        } finally {
          await one.close()
        }
        const there = new Map((await subject.contents(folder)).map((content) => [content.messageId, content]))
        for (const item of items) {
          const bytes = there.get(item.messageId)?.bytes
          expect(bytes?.length, item.id).toBe(item.emailBytes)
          expect(hash('sha256', bytes!, 'hex'), item.id).toBe(await sha256Of(item))
        }
      },
    )

    itUnless('looking', 'finds what was delivered, by receipt, and nothing else', async () => {
      const delivered = sampleItems('found', 3)
      const never = sampleItems('never', 3)
      const receipts = expectConfirmed(await deliverOnce(await opened(), delivered))
      const found = await withFolder(await opened(), (one) => one.find([...never, ...delivered]))
      expect([...found!.keys()].sort()).toEqual(delivered.map(({ id }) => id).sort())
      expect(delivered.map(({ id }) => found!.get(id)?.receipt)).toEqual(receipts)
    })

    itUnless('looking', 'finds nothing in a folder that is still empty', async () => {
      const target = { address: subject.address, folder: 'WeChat Archiver' } as const
      const one = await subject.delivery.open(target, calm())
      const result = await withFolder(one, async () => ({
        found: await one.find(sampleItems('empty', 2)),
        listed: await allOf(one.list()!),
      }))
      expect(result).toEqual({ found: new Map(), listed: [] })
    })

    itUnless('looking', 'lists the whole folder with Message-IDs, receipts and times', async () => {
      const items = sampleItems('listed', 5)
      const receipts = expectConfirmed(await deliverOnce(await opened(), items))
      const held = await withFolder(await opened(), (one) => allOf(one.list()!))
      expect(held.map(({ messageId }) => messageId).sort()).toEqual((await idsThere()).sort())
      const byId = new Map(held.map((one) => [one.messageId, one]))
      expect(items.map(({ messageId }) => byId.get(messageId)?.receipt)).toEqual(receipts)
      expect(items.map(({ messageId }) => byId.get(messageId)?.sentAt)).toEqual(
        items.map(({ sentAt }) => sentAt),
      )
      expect(held.flatMap(({ faults }) => faults)).toEqual([])
    })

    itUnless('unknown-mailbox', 'names a mailbox that is not there, and the others go on', async () => {
      const problem = await problemOf(opened('nobody.here@firm.example'))
      expect(problem.reason).toBe('mailbox-not-found')
      expect(problem.message).toContain('nobody.here@firm.example')
      expectConfirmed(await deliverOnce(await opened(), [itemFixture({ id: 'after-unknown' })]))
      const checks = await subject.delivery.test('nobody.here@firm.example')
      expect(checks.some(({ ok, remedy }) => !ok && remedy !== '')).toBe(true)
    })

    it('sends nothing once the signal is aborted', async () => {
      const item = itemFixture({ id: 'aborted-before' })
      const one = await opened()
      await expect(one.deliver([item], AbortSignal.abort())).rejects.toThrow()
      await one.close()
      await expect(
        subject.delivery.open({ address: subject.address, folder }, AbortSignal.abort()),
      ).rejects.toThrow()
      expect(await idsThere()).not.toContain(item.messageId)
    })

    it('ends promptly when it is aborted while it sends', async () => {
      const abort = new AbortController()
      const one = await opened()
      const sending = settled(one.deliver([slowItem('aborted-while', abort)], abort.signal))
      expect(await Promise.race([sending, after(20_000)])).toBe('settled')
      await one.close()
      // Whatever became of it, a new folder works at once.
      expectConfirmed(await deliverOnce(await opened(), [itemFixture({ id: 'after-abort' })]))
    })

    itUnless('wrong-secret', 'says what to do when the sign-in is wrong', async () => {
      const wrong = subject.withWrongSecret!()
      try {
        const checks = await wrong.test(subject.address)
        const failed = checks.filter(({ ok }) => !ok)
        expect(failed.length).toBeGreaterThan(0)
        expect(failed.every(({ remedy }) => remedy.length > 20)).toBe(true)
        const problem = await problemOf(
          wrong
            .open({ address: subject.address, folder }, calm())
            .then((one) => withFolder(one, () => one.deliver([itemFixture({ id: 'wrong-secret' })], calm()))),
        )
        expect(problem.message.length).toBeGreaterThan(20)
      } finally {
        await wrong.close()
      }
      expect(await idsThere()).not.toContain(idOf('wrong-secret'))
    })

    it('has nothing in the folder twice after all this', async () => {
      const there = await idsThere()
      expect(there).toHaveLength(new Set(there).size)
    })
  })
}

/** Small items of one batch; no two are sent in the same minute. */
export function sampleItems(prefix: string, count: number): OutgoingItem[] {
  return Array.from({ length: count }, (_, index) =>
    itemFixture({
      id: `${prefix}-${index}`,
      text: `明天 at ten? ${prefix} ${index}\n.\nFrom here on.`,
      sentAt: Date.UTC(2026, 2, 4, 9, 30 + index),
    }),
  )
}

function awkwardItems(): ItemFixture[] {
  const png = 'image/png'
  return [
    { id: 'chinese', text: '明天上午十点开会🙂，请带合同。'.repeat(200) },
    { id: 'small', attachments: [{ name: '合同 最终版.png', type: png, content: () => contentOf(5_000) }] },
    {
      id: 'medium',
      attachments: [{ name: 'plan.pdf', type: 'application/pdf', content: () => contentOf(200_000) }],
    },
    {
      id: 'large',
      attachments: [
        { name: '现场 视频.mp4', type: 'video/mp4', content: () => contentOf(6_000_001) },
        { name: 'note.png', type: png, content: () => contentOf(77) },
      ],
    },
  ]
}

/** Bytes that do not repeat soon, in pieces of 64 KiB. */
export function* contentOf(bytes: number): Generator<Uint8Array> {
  for (let from = 0; from < bytes; from += 65_536) {
    const piece = Buffer.alloc(Math.min(65_536, bytes - from))
    for (let at = 0; at < piece.length; at++) piece[at] = ((from + at) * 31 + ((from + at) >> 8)) & 255
    yield piece
  }
}

/** An item of a large attachment that gives the signal to stop in the middle of being read. */
function slowItem(id: string, abort: AbortController): OutgoingItem {
  const item = itemFixture({
    id,
    attachments: [{ name: 'film.mp4', type: 'video/mp4', content: () => contentOf(6_000_001) }],
  })
  async function* stopping(source: AsyncIterable<Uint8Array>) {
    let read = 0
    for await (const piece of source) {
      yield piece
      read += piece.length
      if (read > 1_000_000) abort.abort()
    }
  }
  return {
    ...item,
    email: async () => stopping(await item.email()),
    attachment: async (place) => {
      const opened = await item.attachment(place)
      return { ...opened, content: stopping(opened.content) }
    },
  }
}

function idOf(id: string): string {
  return itemFixture({ id }).messageId
}

async function sha256Of(item: OutgoingItem): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of await item.email()) pieces.push(piece.slice())
  return hash('sha256', Buffer.concat(pieces), 'hex')
}

async function deliverOnce(one: OpenFolder, items: readonly OutgoingItem[]): Promise<Outcome[]> {
  return withFolder(one, () => one.deliver(items, calm()))
}

async function withFolder<Result>(
  one: OpenFolder,
  use: (one: OpenFolder) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(one)
  } finally {
    await one.close()
  }
}

async function allOf(held: AsyncIterable<Held>): Promise<Held[]> {
  return Array.fromAsync(held)
}

function expectConfirmed(outcomes: readonly Outcome[]): string[] {
  const receipts = outcomes.map((outcome) => (outcome.state === 'confirmed' ? outcome.receipt : outcome))
  expect(receipts.filter((receipt) => typeof receipt !== 'string' || receipt === '')).toEqual([])
  return receipts as string[]
}

async function problemOf(work: Promise<unknown>): Promise<DeliveryProblem> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(DeliveryProblem)
  return error as DeliveryProblem
}

async function settled(work: Promise<unknown>): Promise<'settled'> {
  await work.catch(() => undefined)
  return 'settled'
}

function after(milliseconds: number): Promise<'late'> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, 'late').unref())
}

function calm(): AbortSignal {
  return AbortSignal.timeout(patience)
}
