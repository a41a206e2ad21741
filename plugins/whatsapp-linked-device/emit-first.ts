/**
 * Events go to the journal before the library's buffer sees them. The buffer merges what it holds: a message and its
 * deletion, told while it replays, would come out as a message without content.
 */
import type { Journal } from './journal.ts'
import type { Phones } from './phones.ts'

interface Emitter {
  emit(event: string, data: unknown): boolean
}

/** Events that say nothing about any communication, or hold the session's own keys. */
const untold: ReadonlySet<string> = new Set(['creds.update', 'presence.update', 'event'])

/** Call it right after the socket was made, before any event. */
export function journalFirst(
  emitter: Emitter,
  journal: Journal,
  onEvent: (event: string, data: unknown) => void = () => {},
  phonesOf: (data: unknown) => Phones = () => ({}),
): void {
  const emit = emitter.emit.bind(emitter)
  emitter.emit = (event, data) => {
    if (!untold.has(event) && !holdsQr(data)) {
      const told = withoutKeys(data)
      journal.append(event, told, phonesOf(told))
      onEvent(event, data)
    }
    return emit(event, data)
  }
}

/** The phone shares the keys of its own state with its devices in messages of the protocol: they are no communication. */
function withoutKeys(data: unknown): unknown {
  const messages = (
    data as { messages?: { message?: { protocolMessage?: { appStateSyncKeyShare?: unknown } } }[] } | null
  )?.messages
  if (!Array.isArray(messages)) return data
  const told = messages.filter((one) => !one?.message?.protocolMessage?.appStateSyncKeyShare)
  return told.length === messages.length ? data : { ...(data as object), messages: told }
}

/** Whoever has the code can link a device: it goes to the person who scans it, and nowhere else. */
function holdsQr(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'qr' in data
}
