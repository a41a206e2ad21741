/**
 * The port every way in implements. A source has two halves that run in different places:
 * `capture` at the archiver site (reads files or the network, yields raw records exactly as received), and
 * `decode` at the compliance centre (pure: raw record in, message out). Between the halves the record is
 * sealed; so everything `decode` needs must be in the record's bytes, its place or its context.
 */
import type { z } from 'zod'
import type { Channel, Message } from '../domain/message.ts'
import type { RawRecord } from '../domain/record.ts'
import type { CapturedGap, CapturedRecord, RegisteredUserFacts } from './captured.ts'
import type { LiveSource } from './live-source.ts'

export type { Json, RawRecord, RecordAttachment, RecordContext, RecordPlace } from '../domain/record.ts'
export type {
  CapturedAttachment,
  CapturedClosure,
  CapturedGap,
  CapturedRecord,
  RecordIdentity,
  RegisteredUserFacts,
} from './captured.ts'

export interface CaptureInput {
  /** Absolute paths given by the operator. */
  readonly files: readonly string[]
  readonly settings: unknown
  /** Registered users of the account, to recognise custodians. */
  readonly registeredUsers: readonly RegisteredUserFacts[]
}

export type DecodeResult =
  | { readonly decoded: true; readonly message: Message }
  | { readonly decoded: false; readonly reason: 'undecodable'; readonly explanation: string }

export interface Source<Settings = unknown> {
  /** Kebab-case, the folder's name; used in `holdfast site capture NAME`. */
  readonly name: string
  readonly title: string
  readonly channels: readonly Channel[]
  /** Checks and defaults the capture options (`--custodian`, `--timezone` …). Renders the wizard's form. */
  readonly settings: z.ZodType<Settings>
  /**
   * Reads the input once, in order, with flat memory, and yields raw records and known gaps.
   * Throws AppError for input that is not of this source at all (nothing of that file is then captured);
   * a single bad record is yielded with identity `bytes`, never thrown.
   */
  capture(input: CaptureInput & { readonly settings: Settings }): AsyncIterable<CapturedRecord | CapturedGap>
  /** Pure and deterministic. Never throws for bad bytes: it answers `decoded: false`. */
  decode(record: RawRecord): DecodeResult
  /** Present where the source also runs by itself: it is called from outside, pulls, or listens. See `live-source.ts`. */
  readonly live?: LiveSource
}

/**
 * Mark of a setting (`.meta({ …, ...onTheMachine })`) that only an operator at the machine may give: it names a file
 * there, or lifts a limit. Who uploads a file may not.
 */
export const onTheMachine = { onTheMachine: true } as const

export function defineSource<Settings>(source: Source<Settings>): Source<Settings> {
  return source
}
