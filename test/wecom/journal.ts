/** What a site does with a pull, as far as a source can tell: records once by their key, the cursor with them. */
import { hash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { isAppError } from '../../src/domain/errors.ts'
import type { Found, LiveSource } from '../../src/sources/live-source.ts'
import type { CapturedRecord, Json } from '../../src/sources/source.ts'

type Given = Parameters<NonNullable<LiveSource['pull']>>[0]

export interface KeptAttachment {
  readonly name: string
  readonly reference: string
  readonly sha256: string
  readonly bytes: number
}

export interface Journal {
  readonly records: ReadonlyMap<string, CapturedRecord>
  readonly attachments: ReadonlyMap<string, readonly KeptAttachment[]>
  /** Explanation by `reason key`, of gaps that are open; what closed them, of those that are not. */
  readonly open: ReadonlyMap<string, string>
  readonly closed: ReadonlyMap<string, string>
  readonly lost: readonly string[]
  readonly duplicates: number
  readonly cursor: Json | null
  /** Commits what came when the pull ends, or every `foundPerCommit` at a cursor. Throws what the pull throws. */
  pull(given: Omit<Given, 'cursor'>): Promise<void>
}

export function createJournal(live: LiveSource, foundPerCommit = 2_000): Journal {
  const records = new Map<string, CapturedRecord>()
  const attachments = new Map<string, KeptAttachment[]>()
  const [open, closed] = [new Map<string, string>(), new Map<string, string>()]
  const lost: string[] = []
  const state = { duplicates: 0, cursor: null as Json | null }

  const keep = async (record: CapturedRecord) => {
    const key = keyOf(record)
    if (records.has(key)) {
      state.duplicates += 1
      return
    }
    const kept: KeptAttachment[] = []
    for (const { name, reference, open: read } of record.attachments) {
      try {
        const content = await buffer(await read())
        kept.push({ name, reference, sha256: hash('sha256', content), bytes: content.byteLength })
      } catch (error) {
        if (!isAppError(error, 'media-lost')) throw error
        lost.push(reference)
      }
    }
    records.set(key, record)
    attachments.set(key, kept)
  }
  const commit = async (found: readonly Found[], cursor: Json | undefined) => {
    for (const one of found) {
      if ('gap' in one) {
        const key = `${one.gap.reason} ${one.gap.key ?? one.gap.explanation}`
        if (!closed.has(key)) open.set(key, one.gap.explanation)
      } else if ('closed' in one) {
        const { reason, key, by } = one.closed
        const keys =
          key === undefined
            ? [...open.keys()].filter((open) => open.startsWith(`${reason} `))
            : [`${reason} ${key}`]
        for (const name of keys) {
          open.delete(name)
          closed.set(name, by)
        }
      } else await keep(one)
    }
    if (cursor !== undefined) state.cursor = cursor
  }
  return {
    records,
    attachments,
    open,
    closed,
    lost,
    get duplicates() {
      return state.duplicates
    },
    get cursor() {
      return state.cursor
    },
    async pull(given) {
      let found: Found[] = []
      let cursor: Json | undefined
      for await (const next of live.pull!({ ...given, cursor: state.cursor })) {
        if (!('cursor' in next)) {
          found.push(next)
          continue
        }
        cursor = next.cursor
        if (found.length < foundPerCommit) continue
        await commit(found, cursor)
        found = []
      }
      await commit(found, cursor)
    },
  }
}

export function keyOf({ identity }: CapturedRecord): string {
  return identity.type === 'vendor-id'
    ? `${identity.messageId} ${identity.observer} ${identity.fingerprint}`
    : JSON.stringify(identity)
}
