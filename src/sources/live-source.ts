/**
 * The port of ways in that run by themselves. An administrator connects one to an account as a *route*: settings, which
 * may be shown, and a secret, which may not. What a route brings goes into the journal as files do, record by record.
 *
 * - `receive` answers who calls from outside (a webhook, a phone, a plug-in process). What it hands on is durable and
 *   sealed before the caller has his answer, and is split into records afterwards: `split`.
 * - `pull` asks the vendor, from a cursor that moves in the same transaction as what it stands for.
 * - `listen` runs until it is stopped (a mail listener, a supervised process) and hands on bodies as `receive` does.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import type { Json } from '../domain/record.ts'
import type { Clock } from '../platform/clock.ts'
import type { RandomSource } from '../platform/random.ts'
import type { CapturedClosure, CapturedGap, CapturedRecord, RegisteredUserFacts } from './captured.ts'

/** What every half of a live source is given. */
export interface RouteGiven<Settings, Secret> {
  readonly settings: Settings
  readonly secret: Secret
  readonly registeredUsers: readonly RegisteredUserFacts[]
  readonly clock: Clock
  readonly random: RandomSource
  /** Aborted when the site stops: end soon, lose nothing. */
  readonly signal: AbortSignal
  /** A folder of the route's own that lasts, for what the source must keep on disk (a session, a download resumed). */
  readonly folder: string
}

export interface ReceivedCall {
  readonly method: 'GET' | 'POST'
  readonly headers: IncomingHttpHeaders
  /** Decoded; a name that is given twice has its first value. */
  readonly query: Readonly<Record<string, string>>
  /** The exact bytes that came, before any parsing. */
  readonly body: Uint8Array
}

export interface ReceiveAnswer {
  readonly status: number
  readonly text?: string
  readonly mediaType?: string
  /** Made durable and sealed before the answer goes out; absent where there is nothing to keep. */
  readonly keep?: Uint8Array
  /** The route's `pull` is begun at once. */
  readonly wake?: boolean
  /** Shown to the custodian on his activation page for so long (a code to scan); held in memory, never kept. */
  readonly show?: { readonly custodian: string; readonly text: string; readonly forMs: number }
  /** The caller's session is read or written; the answer is JSON, and a write is durable before it goes out. */
  readonly session?: SessionAsk
  /** For a call that is refused (status 4xx): a stable code for the audit, never shown to the caller. */
  readonly refusal?: string
}

/**
 * A plug-in's session, which its site keeps. Entries are base64 of what the plug-in sealed, by a tag of 64 hex digits; null
 * takes one away. `generation` counts the writes from 1; `anew` forgets all that was kept before.
 */
export type SessionAsk =
  | { readonly what: 'read' }
  | {
      readonly what: 'write'
      readonly generation: number
      readonly anew: boolean
      readonly entries: ReadonlyMap<string, string | null>
    }

/** A body that was kept, to be split. `receivedAt` is milliseconds UTC. */
export interface KeptBody {
  readonly bytes: Uint8Array
  readonly receivedAt: number
}

/** What a live source yields; a cursor stands for everything that was yielded before it. */
export type Found = CapturedRecord | CapturedGap | CapturedClosure
export type Pulled = Found | { readonly cursor: Json }

/** One line of what `test` found: `problem` says what to do. */
export interface RouteFinding {
  readonly check: string
  readonly problem?: string
  /** What was found, where there is no problem. */
  readonly result?: string
}

export interface LiveSource<Settings = unknown, Secret = unknown> {
  /** Shown to administrators and in exports of the set-up. Renders the form. */
  readonly settings: z.ZodType<Settings>
  /** Sealed by the site's key vault, never shown again. */
  readonly secret: z.ZodType<Secret>
  /** A sentence of risk that an administrator has to accept before the route may run; absent: none. */
  readonly risk?: string
  /** The largest body that is taken from outside; absent: 4 MiB. A larger one is refused with 413. */
  readonly bodyBytesMax?: number
  /** Minutes between pulls when nothing wakes the route; absent: 5. */
  readonly pullEveryMinutes?: number
  /** Pure and fast: no network, no disk. Compares secrets in constant time. Never throws for what a stranger sends. */
  receive?(given: RouteGiven<Settings, Secret>, call: ReceivedCall): ReceiveAnswer
  /**
   * The records of one kept body, the same ones each time. Attachments fetch when they are opened, check hash and MAC,
   * and throw AppError `media-lost` when the vendor has them no more (the record is then kept without, and a gap
   * recorded); any other error is tried again until `mediaLifeMs` after the body came.
   */
  split?(given: RouteGiven<Settings, Secret>, body: KeptBody): Iterable<Found> | AsyncIterable<Found>
  /** Default: seven days. */
  readonly mediaLifeMs?: number
  /** Ends when there is nothing more now. Throws AppError with a sentence for the administrator; it is tried again. */
  pull?(given: RouteGiven<Settings, Secret> & { readonly cursor: Json | null }): AsyncIterable<Pulled>
  /** Runs until the signal is aborted. `keep` resolves when the body is durable: acknowledge after that. */
  listen?(given: RouteGiven<Settings, Secret> & { keep(body: Uint8Array): Promise<void> }): Promise<void>
  /** Tries the connection without capturing anything. Never throws: what is wrong is a finding. */
  test?(given: RouteGiven<Settings, Secret>): Promise<readonly RouteFinding[]>
  /**
   * Asks the vendor for what he hands over on request only (contacts, history), once each; what comes of it arrives as
   * everything else does. Never throws: what is wrong is a finding.
   */
  sync?(given: RouteGiven<Settings, Secret>): Promise<readonly RouteFinding[]>
}

/** Checks the shape; what the settings and the secret look like is the source's own affair from here on. */
export function defineLiveSource<Settings, Secret>(live: LiveSource<Settings, Secret>): LiveSource {
  return live as unknown as LiveSource
}
