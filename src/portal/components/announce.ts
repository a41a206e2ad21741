/** Says a sentence to whoever hears the page instead of seeing it; `app/shell.tsx` holds the live region. */
const listeners = new Set<(text: string) => void>()

export function announce(text: string): void {
  for (const listener of listeners) listener(text)
}

export function onAnnouncement(listener: (text: string) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
