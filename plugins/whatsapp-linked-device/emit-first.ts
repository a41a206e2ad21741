/**
 * Events go to the journal before the library's buffer sees them. The buffer merges what it holds: a message and its
 * deletion, told while it replays, would come out as a message without content.
 */
import type { Journal } from './journal.ts'

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
): void {
  const emit = emitter.emit.bind(emitter)
  emitter.emit = (event, data) => {
    if (!untold.has(event) && !holdsQr(data)) {
      journal.append(event, data)
      onEvent(event, data)
    }
    return emit(event, data)
  }
}

/** Whoever has the code can link a device: it goes to the person who scans it, and nowhere else. */
function holdsQr(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'qr' in data
}
