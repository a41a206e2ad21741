/** Whether the server can be reached, as the last calls found; the shell shows a banner while it cannot. */
const listeners = new Set<() => void>()
let reached = true

export const reach = {
  get: (): boolean => reached && navigator.onLine,
  set(value: boolean): void {
    if (value === reached) return
    reached = value
    tell()
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

function tell(): void {
  for (const listener of listeners) listener()
}

addEventListener('online', tell)
addEventListener('offline', tell)
