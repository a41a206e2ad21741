/** A live source for tests: bodies are JSON lists, signed with nothing but a word. */

import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'
import type { GapReason } from '../../domain/gap-reasons.ts'
import { defineLiveSource, type Found, type Pulled } from '../../sources/live-source.ts'
import type { CapturedRecord, Source } from '../../sources/source.ts'

export interface StubEntry {
  readonly id?: string
  readonly text?: string
  readonly refersTo?: string
  readonly conversation?: string
  /** A key of `media`. */
  readonly media?: string
  readonly gap?: { readonly reason: GapReason; readonly key: string; readonly messageId?: string }
  readonly closed?: { readonly reason: GapReason; readonly key: string }
}

export interface StubWorld {
  /** What is fetched: bytes, `lost`, or `away` for now. */
  readonly media: Map<string, string | 'lost' | 'away'>
  /** What a pull finds, from the cursor's place on. */
  readonly pulled: StubEntry[]
  pullFails: boolean
  /** The place at which the vendor stops answering. */
  pullFailsAt: number
}

export const custodian = '+447700900001'

export function createStub(): { source: Source; world: StubWorld } {
  const world: StubWorld = { media: new Map(), pulled: [], pullFails: false, pullFailsAt: -1 }
  const live = defineLiveSource({
    settings: z.object({ word: z.string().default('please') }),
    secret: z.object({ password: z.string().min(4) }).nullable(),
    mediaLifeMs: 60 * 60 * 1000,
    receive({ settings }, { method, headers, query, body }) {
      if (method === 'GET') return { status: 200, text: query.challenge ?? '' }
      if (headers['x-word'] !== settings.word) return { status: 401, refusal: 'bad-word' }
      return { status: 200, keep: body, wake: body.byteLength === 2 }
    },
    *split(_given, { bytes }) {
      const entries = JSON.parse(Buffer.from(bytes).toString()) as readonly StubEntry[]
      for (const entry of entries) yield foundOf(entry, world)
    },
    async *pull({ cursor }): AsyncIterable<Pulled> {
      for (let place = Number(cursor ?? 0); place < world.pulled.length; place += 1) {
        if (world.pullFails || place === world.pullFailsAt)
          throw new AppError('vendor-unreachable', 'The vendor does not answer.')
        yield foundOf(world.pulled[place]!, world)
        yield { cursor: place + 1 }
      }
    },
  })
  const source: Source = {
    name: 'stub',
    title: 'Stub',
    channels: ['whatsapp'],
    settings: z.unknown(),
    async *capture() {},
    decode: () => ({ decoded: false, reason: 'undecodable', explanation: 'not asked for' }),
    live,
  }
  return { source, world }
}

function foundOf(entry: StubEntry, { media }: StubWorld): Found {
  if (entry.gap) return { gap: { explanation: `It lacks ${entry.gap.key}.`, custodian, ...entry.gap } }
  if (entry.closed) return { closed: { by: 'It came after all.', ...entry.closed } }
  const bytes = Buffer.from(JSON.stringify(entry))
  const record: CapturedRecord = {
    channel: 'whatsapp',
    bytes,
    place: { offset: 0 },
    context: {},
    identity: {
      type: 'vendor-id',
      messageId: entry.id!,
      observer: '',
      fingerprint: hash('sha256', entry.text ?? ''),
    },
    custodian,
    attachments: entry.media === undefined ? [] : [attachmentOf(entry.media, media)],
    ...(entry.refersTo === undefined ? {} : { refersTo: entry.refersTo }),
    ...(entry.conversation === undefined ? {} : { conversation: entry.conversation }),
  }
  return record
}

function attachmentOf(name: string, media: StubWorld['media']): CapturedRecord['attachments'][number] {
  return {
    ...{ name, mediaType: 'text/plain', reference: name },
    async open() {
      const content = media.get(name)
      if (content === 'lost') throw new AppError('media-lost', `${name} is gone.`)
      if (content === undefined || content === 'away') throw new Error('connection refused')
      return Readable.from([Buffer.from(content)])
    },
  }
}
