/** What vendors send, durable and sealed before they have their answer: many bodies in one commit. */
import { sql } from 'kysely'
import { faultPoint } from '../../platform/faults.ts'
import type { SiteParts } from '../parts.ts'
import type { Route } from './routes.ts'

export interface BodyKeeper {
  /** Resolves when the body is durable. Throws what the database throws: then the vendor must not be answered 200. */
  keep(route: Pick<Route, 'id' | 'address'>, body: Uint8Array): Promise<void>
}

interface Waiting {
  readonly route: Pick<Route, 'id' | 'address'>
  readonly body: Uint8Array
  readonly receivedAt: Date
  resolve(): void
  reject(error: unknown): void
}

/** Bodies that are committed together; more wait for the next commit, which begins at once. */
const bodiesPerCommit = 500

/** `onKept` is told of each route that has something to split. */
export function createBodyKeeper(parts: SiteParts, onKept: (routeId: number) => void = () => {}): BodyKeeper {
  const waiting: Waiting[] = []
  let committing = false
  const commitAll = async () => {
    committing = true
    while (waiting.length > 0) {
      const together = waiting.splice(0, bodiesPerCommit)
      try {
        await insertBodies(parts, together)
        faultPoint('hooks.kept')
        for (const { resolve } of together) resolve()
        for (const id of new Set(together.map(({ route }) => route.id))) onKept(id)
      } catch (error) {
        for (const { reject } of together) reject(error)
      }
    }
    committing = false
  }
  return {
    keep: (route, body) =>
      new Promise((resolve, reject) => {
        waiting.push({ route, body, receivedAt: new Date(parts.clock.now()), resolve, reject })
        if (!committing) void commitAll()
      }),
  }
}

async function insertBodies(parts: SiteParts, together: readonly Waiting[]): Promise<void> {
  const sealed = await Promise.all(
    together.map(async ({ route, body }) => Buffer.from(await parts.vault.seal(bodyPurpose(route), body))),
  )
  faultPoint('hooks.before-keep')
  await sql`
    with kept as (
      insert into site_kept_body (route_id, sealed_body, received_at, next_attempt_at)
      select route_id, sealed_body, received_at, received_at
        from unnest(${together.map(({ route }) => route.id)}::int[], ${sealed}::bytea[],
                    ${together.map(({ receivedAt }) => receivedAt)}::timestamptz[])
          as new_body (route_id, sealed_body, received_at)
      returning route_id, received_at
    )
    update site_route set last_received_at = latest.received_at
      from (select route_id, max(received_at) as received_at from kept group by route_id) as latest
     where site_route.id = latest.route_id`.execute(parts.database)
}

export function bodyPurpose({ address }: Pick<Route, 'address'>): string {
  return `kept-body/${address}`
}
