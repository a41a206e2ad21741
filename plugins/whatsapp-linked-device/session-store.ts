/**
 * The session at the site, which has it in its database. It is read once and held in memory; what changes is sent, and
 * whoever changed it goes on when the site has it. While the site is away the library waits, so that a key is never used
 * that the site does not know of: WhatsApp keeps the messages meanwhile.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { callSite, type SiteSettings } from './send.ts'
import type { SessionFiles } from './session-files.ts'
import { seal, tagOf, tagOfHash, unseal } from './session-seal.ts'

export interface SessionStore {
  /** Null for an entry that is not there. Throws for one that was altered. */
  read(name: string): Buffer | null
  /** Resolves when the site has all of it; null takes an entry away. Rejects when the session is another's, or at the end. */
  write(entries: ReadonlyMap<string, Uint8Array | null>): Promise<void>
  /** Forgets the session, so that the phone can be linked again. */
  forget(): Promise<void>
}

export interface SessionOptions {
  readonly site: SiteSettings
  /** 32 bytes that the site does not have. */
  readonly key: Uint8Array
  /** Moved to the site where it has no session yet, then removed. */
  readonly files: SessionFiles
  readonly signal: AbortSignal
  readonly onTrouble?: (why: string) => void
  /** The site refused a write for good: another plug-in uses the session. This one must stop. */
  readonly onLost?: (why: string) => void
}

interface Batch {
  readonly anew: boolean
  readonly entries: Map<string, Buffer | null>
  readonly done: PromiseWithResolvers<void>
}

const waits = { firstMs: 500, lastMs: 30_000 } as const

export async function openSession(options: SessionOptions): Promise<SessionStore> {
  const { key, files } = options
  const kept = JSON.parse(await ask(options, { read: true })) as {
    generation: number
    entries: Record<string, string>
  }
  const held = new Map<string, Buffer>(
    Object.entries(kept.entries).map(([tag, entry]) => [tag, Buffer.from(entry, 'base64')]),
  )
  const send = createSender(options, kept.generation)
  if (kept.generation === 0 && files.entries.size > 0) {
    for (const [nameHash, sealed] of files.entries) held.set(tagOfHash(key, nameHash), sealed)
    await send(held, true)
  }
  files.remove()
  return {
    read(name) {
      const sealed = held.get(tagOf(key, name))
      return sealed === undefined ? null : unseal(key, name, sealed)
    },
    write(entries) {
      const changed = new Map<string, Buffer | null>()
      for (const [name, value] of entries) {
        const tag = tagOf(key, name)
        const sealed = value === null ? null : seal(key, name, value)
        changed.set(tag, sealed)
        if (sealed === null) held.delete(tag)
        else held.set(tag, sealed)
      }
      return send(changed, false)
    },
    forget() {
      held.clear()
      return send(new Map(), true)
    },
  }
}

/** One request at a time; what is written meanwhile goes together into the next. */
function createSender(options: SessionOptions, first: number) {
  let generation = first
  let next: Batch | null = null
  let sending = false
  let lost: unknown = null
  const run = async () => {
    sending = true
    for (let batch = next; batch !== null; batch = next) {
      next = null
      generation += 1
      const { anew, entries, done } = batch
      const write = Object.fromEntries(
        [...entries].map(([tag, sealed]) => [tag, sealed === null ? null : sealed.toString('base64')]),
      )
      try {
        if (lost !== null) throw lost
        await ask(options, { generation, ...(anew ? { anew } : {}), write })
        done.resolve()
      } catch (error) {
        lost = error
        done.reject(error)
      }
    }
    sending = false
  }
  return (entries: ReadonlyMap<string, Buffer | null>, anew: boolean): Promise<void> => {
    if (next === null || anew) next = mergedOf(next, anew)
    for (const [tag, sealed] of entries) next.entries.set(tag, sealed)
    const { promise } = next.done
    if (!sending) void run()
    return promise
  }
}

/** What was to be written before a new beginning is part of what is forgotten. */
function mergedOf(before: Batch | null, anew: boolean): Batch {
  return { anew, entries: new Map(), done: before?.done ?? Promise.withResolvers<void>() }
}

/** Asks again until the site answers. Throws when it refuses for good, and when the signal is aborted. */
async function ask(options: SessionOptions, asked: object): Promise<string> {
  const { site, signal, onTrouble = () => {}, onLost = () => {} } = options
  const body = Buffer.from(JSON.stringify(asked))
  for (let wait: number = waits.firstMs; ; wait = Math.min(wait * 2, waits.lastMs)) {
    const answer = await callSite(body, site, signal, 'session')
    if ('text' in answer && answer.status === 200) return answer.text
    const why = 'text' in answer ? `the site answered ${answer.status} ${answer.text}`.trim() : answer.failure
    if ('text' in answer && (answer.status === 409 || answer.status === 400)) {
      onLost(why)
      throw new Error(why)
    }
    onTrouble(why)
    await delay(wait, undefined, { signal })
  }
}
