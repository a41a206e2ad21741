/**
 * What a call may wait for: that a person signs in again, or proves who he is. Any number of calls wait for one
 * dialog; the dialog (`app/ask-dialogs.tsx`) settles it.
 */
export type AskKind = 'sign-in' | 'identity'

interface OpenAsk {
  readonly answer: Promise<boolean>
  readonly settle: (proved: boolean) => void
}

const open = new Map<AskKind, OpenAsk>()
const listeners = new Set<() => void>()
let shown: AskKind | null = null

/** Waits until the person has done it (true) or given up (false). */
export function ask(kind: AskKind): Promise<boolean> {
  const known = open.get(kind)
  if (known) return known.answer
  const { promise, resolve } = Promise.withResolvers<boolean>()
  open.set(kind, { answer: promise, settle: resolve })
  tell()
  return promise
}

export function settleAsk(kind: AskKind, proved: boolean): void {
  open.get(kind)?.settle(proved)
  open.delete(kind)
  tell()
}

/** The dialog to show now; signing in comes first. */
export const openAsk = {
  get: (): AskKind | null => shown,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

function tell(): void {
  shown = open.has('sign-in') ? 'sign-in' : open.has('identity') ? 'identity' : null
  for (const listener of listeners) listener()
}
