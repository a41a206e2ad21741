/** Server-sent events: one JSON value each, with a sign of life between them. */
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import type { Events } from './handler.ts'
import type { Sending } from './sending.ts'

/** Proxies give up a connection that says nothing for a minute. */
const heartbeatMs = 15_000
/** After so long the browser connects anew and is looked at again: a revoked session ends here. */
const connectionMs = 5 * 60_000
const reconnectMs = 2_000

export function sendEvents(reply: FastifyReply, events: Events, sending: Sending): FastifyReply {
  reply.header('cache-control', 'no-store, no-transform').header('x-accel-buffering', 'no')
  reply.type('text/event-stream; charset=utf-8')
  const stopping = reply.server.stopping
  const signal = AbortSignal.any([sending.signal, stopping, AbortSignal.timeout(connectionMs)])
  return reply.send(Readable.from(frames(events, { ...sending, signal }), { objectMode: false }))
}

async function* frames(events: Events, { during, signal }: Sending): AsyncGenerator<string> {
  const source = events[Symbol.asyncIterator]()
  const gone = new Promise<'gone'>((resolve) => {
    if (signal.aborted) resolve('gone')
    signal.addEventListener('abort', () => resolve('gone'), { once: true })
  })
  yield `retry: ${reconnectMs}\n\n`
  let next = during(() => source.next())
  try {
    for (;;) {
      const quiet = new AbortController()
      const silence = setTimeout(heartbeatMs, 'quiet' as const, { signal: quiet.signal, ref: false })
      silence.catch(() => {})
      const got = await Promise.race([next, silence, gone])
      quiet.abort()
      if (got === 'gone') return
      if (got === 'quiet') {
        yield ': still here\n\n'
        continue
      }
      if (got.done) return
      yield got.value === undefined ? ': still here\n\n' : `data: ${JSON.stringify(got.value)}\n\n`
      next = during(() => source.next())
    }
  } finally {
    next.catch(() => {})
    // A source that waits for something would not hear of it before that came.
    void during(async () => source.return?.()).catch(() => {})
  }
}
