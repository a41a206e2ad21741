/** A destination in memory that fails as it is told to: for tests of what delivery makes of it. */
import type { Delivery, Held, OpenFolder, Outcome } from './delivery.ts'
import type { OutgoingItem } from './outgoing-item.ts'
import { DeliveryProblem, type ProblemReason } from './problem.ts'

export interface HeldItem extends Held {
  readonly id: string
}

/** What happens to one item that is sent: nothing unusual, or a connection cut before or after the effect. */
export type Cut = 'before' | 'after' | null

export interface MemoryServer {
  /** What a folder holds, in the order it came. */
  folder(address: string, folder: string): HeldItem[]
  /** All folders that were made, as `address/folder`. */
  folders(): string[]
  /** Mailboxes that fail when they are opened. */
  readonly mailboxProblems: Map<string, ProblemReason>
  /** Fails as a whole when it is opened. */
  problem: ProblemReason | null
  /** Asked for each item before it is taken. */
  cut: (item: OutgoingItem) => Cut
  /** An answer other than `confirmed`; null for none. */
  answer: (item: OutgoingItem) => Exclude<Outcome, { state: 'confirmed' }> | null
  /** Batches that were sent, by their number of items. */
  readonly batches: number[]
  /** The most mailboxes that were open at once. */
  openMost: number
  open(): Delivery
}

export function createMemoryServer(batch: Delivery['batch'] = { items: 3, bytes: 1_000_000 }): MemoryServer {
  const held = new Map<string, HeldItem[]>()
  let receipts = 0
  let opened = 0
  const keyOf = (address: string, folder: string) => `${address}/${folder}`
  const take = (items: HeldItem[], item: OutgoingItem): string => {
    const receipt = String(++receipts)
    items.push({
      ...{ id: item.id, messageId: item.messageId, receipt },
      ...{ bytes: item.emailBytes, sentAt: item.sentAt, faults: [] },
    })
    return receipt
  }
  const deliverOne = (items: HeldItem[], item: OutgoingItem): Outcome => {
    const answer = server.answer(item)
    if (answer) return answer
    const cut = server.cut(item)
    if (cut === 'before') throw new DeliveryProblem('unreachable', 'The connection was cut.')
    const receipt = take(items, item)
    if (cut === 'after') throw new DeliveryProblem('unreachable', 'The connection was cut.')
    return { state: 'confirmed', receipt }
  }
  const openFolder = (items: HeldItem[]): OpenFolder => ({
    async deliver(batchItems) {
      server.batches.push(batchItems.length)
      const outcomes: Outcome[] = []
      for (const item of batchItems) outcomes.push(deliverOne(items, item))
      return outcomes
    },
    async find(wanted) {
      const there = new Map(items.map(({ id, receipt }) => [id, receipt]))
      return new Map(wanted.flatMap(({ id }) => (there.has(id) ? [[id, { receipt: there.get(id)! }]] : [])))
    },
    list: () => listed(items),
    async close() {
      opened -= 1
    },
  })
  const server: MemoryServer = {
    folder: (address, folder) => held.get(keyOf(address, folder)) ?? [],
    folders: () => [...held.keys()],
    mailboxProblems: new Map(),
    problem: null,
    cut: () => null,
    answer: () => null,
    batches: [],
    openMost: 0,
    open: () => ({
      batch,
      mailboxesAtOnce: 2,
      async open({ address, folder }) {
        const reason = server.problem ?? server.mailboxProblems.get(address)
        if (reason) throw new DeliveryProblem(reason, `It says ${reason}.`)
        opened += 1
        server.openMost = Math.max(server.openMost, opened)
        const key = keyOf(address, folder)
        const items = held.get(key) ?? []
        held.set(key, items)
        return openFolder(items)
      },
      test: async () => [{ what: 'sign-in', ok: server.problem === null, remedy: server.problem ?? '' }],
      close: async () => {},
    }),
  }
  return server
}

async function* listed(items: readonly Held[]): AsyncGenerator<Held> {
  yield* items
}
