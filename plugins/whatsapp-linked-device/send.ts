/** Hands the journal to the site, file by file, each again until the site has acknowledged it. */
import { createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Journal } from './journal.ts'

export interface SiteSettings {
  /** The route's whole address. */
  readonly site: string
  readonly sharedKey: string
}

const requestMs = 60_000
const waits = { idleMs: 500, firstMs: 1_000, lastMs: 60_000 } as const

/** Runs until the signal is aborted. `onTrouble` is told why a file could not be handed over; it stays and is tried again. */
export async function sendJournal(
  journal: Journal,
  settings: SiteSettings,
  signal: AbortSignal,
  onTrouble: (why: string) => void = () => {},
): Promise<void> {
  let wait: number = waits.firstMs
  while (!signal.aborted) {
    const file = journal.oldest()
    const failure = file === null ? null : await sendBody(file.body, settings, signal)
    if (file !== null && failure === null) journal.acknowledged(file.name, file.body.byteLength)
    if (failure !== null) onTrouble(failure)
    wait = failure === null ? waits.firstMs : Math.min(wait * 2, waits.lastMs)
    const rest = failure !== null ? wait : file === null || file.isOpen ? waits.idleMs : 0
    await delay(rest, undefined, { signal }).catch(() => {})
  }
}

/** Null when the site has it, else why not. */
export async function sendBody(
  body: Buffer,
  settings: SiteSettings,
  signal: AbortSignal,
  kind: 'events' | 'qr' = 'events',
): Promise<string | null> {
  const answer = await callSite(body, settings, signal, kind)
  if ('failure' in answer) return answer.failure
  return answer.status === 200 ? null : `the site answered ${answer.status}`
}

export type SiteAnswer =
  | { readonly status: number; readonly text: string }
  /** There was no answer: why. */
  | { readonly failure: string }

/** One signed call. Never throws. */
export async function callSite(
  body: Buffer,
  { site, sharedKey }: SiteSettings,
  signal: AbortSignal,
  kind: 'events' | 'qr' | 'session',
): Promise<SiteAnswer> {
  const time = String(Date.now())
  const signature = createHmac('sha256', sharedKey).update(`${time}\n`).update(body).digest('hex')
  try {
    const response = await fetch(site, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: {
        'content-type': 'application/x-ndjson',
        'x-holdfast-kind': kind,
        'x-holdfast-time': time,
        'x-holdfast-signature': `sha256=${signature}`,
      },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
    })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : 'the site could not be reached' }
  }
}
