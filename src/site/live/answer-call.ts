/** Answers who calls a route from outside: the source decides, what it wants kept is durable before the answer. */
import { isAppError } from '../../domain/errors.ts'
import type { ReceiveAnswer, ReceivedCall, SessionAsk } from '../../sources/live-source.ts'
import type { BodyKeeper } from './keep-bodies.ts'
import { type LiveParts, type OpenRoute, openRoute } from './open-route.ts'
import { answerSession } from './route-session.ts'
import { routeOf } from './routes.ts'

export interface CallAnswerer {
  /** The largest body the route takes; null: nothing is called at this address. */
  bodyBytesMax(source: string, address: string): Promise<number | null>
  /** Null: nothing is called at this address. Throws what the database throws. */
  answer(source: string, address: string, call: ReceivedCall): Promise<ReceiveAnswer | null>
  /** What a route has to show the custodian now; null for nothing. */
  shown(accountId: number, custodian: string): string | null
  stop(): void
}

const bodyBytesMaxDefault = 4 * 1024 * 1024
/** A changed or removed route is noticed after this long. */
const rememberedMs = 2_000
/** Refused calls are counted in the database this often at most. */
const refusalsNotedMs = 1_000

/** `wake` is told of a route that a call asks to pull at once. */
export function createCallAnswerer(
  parts: LiveParts,
  keeper: BodyKeeper,
  wake: (routeId: number) => void = () => {},
): CallAnswerer {
  const stopping = new AbortController()
  const known = new Map<string, { readonly open: OpenRoute | null; readonly until: number }>()
  const refusals = createRefusalCount(parts)
  const showing = new Map<string, { readonly text: string; readonly until: number }>()
  const find = async (source: string, address: string): Promise<OpenRoute | null> => {
    const remembered = known.get(address)
    if (remembered && parts.clock.now() < remembered.until)
      return remembered.open?.source.name === source ? remembered.open : null
    const open = await findRoute(parts, source, address, stopping.signal)
    // Strangers who try addresses must not fill the memory.
    if (open) known.set(address, { open, until: parts.clock.now() + rememberedMs })
    else known.delete(address)
    return open
  }
  return {
    async bodyBytesMax(source, address) {
      const open = await find(source, address)
      return open ? (open.live.bodyBytesMax ?? bodyBytesMaxDefault) : null
    },
    async answer(source, address, call) {
      const open = await find(source, address)
      if (!open) return null
      const answer = open.live.receive!(open.given, call)
      if (answer.refusal !== undefined) refusals.note(open.route.id)
      if (answer.show) {
        const { custodian, text, forMs } = answer.show
        showing.set(`${open.account.id} ${custodian}`, { text, until: parts.clock.now() + forMs })
      }
      if (answer.keep) await keeper.keep(open.route, answer.keep)
      if (answer.session) return { ...answer, ...(await sessionAnswer(parts, open.route, answer.session)) }
      if (answer.wake) wake(open.route.id)
      return answer
    },
    shown(accountId, custodian) {
      const one = showing.get(`${accountId} ${custodian}`)
      return one && parts.clock.now() < one.until ? one.text : null
    },
    stop: () => stopping.abort(),
  }
}

/** A write that is late is refused to the caller as such: he must stop, not try again. */
async function sessionAnswer(parts: LiveParts, route: OpenRoute['route'], ask: SessionAsk) {
  try {
    const text = JSON.stringify(await answerSession(parts, route, ask))
    return { text, mediaType: 'application/json' }
  } catch (error) {
    if (isAppError(error, 'changed-meanwhile')) return { status: 409, text: error.message }
    throw error
  }
}

async function findRoute(
  parts: LiveParts,
  source: string,
  address: string,
  signal: AbortSignal,
): Promise<OpenRoute | null> {
  if (!/^[0-9a-f]{32}$/.test(address)) return null
  const row = await parts.database
    .selectFrom('site_route')
    .selectAll()
    .where('address', '=', address)
    .where('source', '=', source)
    .where('enabled', '=', true)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const open = await openRoute(parts, routeOf(row), signal)
  return open?.live.receive ? open : null
}

function createRefusalCount({ database, clock }: LiveParts) {
  const counts = new Map<number, number>()
  let notedAt = 0
  const write = async () => {
    const noted = [...counts]
    counts.clear()
    for (const [id, count] of noted) {
      await database
        .updateTable('site_route')
        .set(({ eb }) => ({
          refused_calls: eb('refused_calls', '+', BigInt(count)),
          last_refused_at: new Date(clock.now()),
        }))
        .where('id', '=', id)
        .execute()
    }
  }
  return {
    note(routeId: number) {
      counts.set(routeId, (counts.get(routeId) ?? 0) + 1)
      if (clock.now() - notedAt < refusalsNotedMs) return
      notedAt = clock.now()
      // A count that is missed tells nobody less; the refusal itself was answered.
      write().catch(() => {})
    },
  }
}
