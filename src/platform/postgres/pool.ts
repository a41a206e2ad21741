import pg from 'pg'
import type { Secret } from '../secret.ts'

export type Pool = pg.Pool
export type Client = pg.PoolClient
/** Whatever runs a statement: the pool, or one connection inside a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>

export interface PoolOptions {
  readonly url: Secret
  readonly connectionsMax: number
  /** Seen by an administrator in pg_stat_activity. */
  readonly applicationName?: string
  /** Told when an idle connection breaks (the server restarted); the pool makes a new one by itself. */
  readonly onConnectionLost?: (error: Error) => void
  /** For statements that look rows up by their keys: see `createLookups`. */
  readonly keepPlans?: boolean
}

const oid = { int8: 20, int8Array: 1016, date: 1082 }

/**
 * How values arrive: int8 always as bigint (numbers over 2^53 stay exact), numeric as text, timestamptz as
 * Date, date as its ISO text (a Date would move it into the machine's zone), bytea as Buffer, json parsed.
 */
function valueTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides()
  types.setTypeParser(oid.int8, BigInt)
  types.setTypeParser(oid.int8Array, parseBigintArray)
  types.setTypeParser(oid.date, (text: string) => text)
  return types
}

/** `{1,2,NULL}`; arrays of arrays are not used. */
function parseBigintArray(text: string): (bigint | null)[] {
  if (text === '{}') return []
  const elements = text.slice(1, -1).split(',')
  return elements.map((element) => (element === 'NULL' ? null : BigInt(element)))
}

/** Texts that a process may name; one whose text is made anew each time would fill the connections with plans. */
const namesMax = 200
const names = new Map<string, string>()

function nameOf(text: string): string | undefined {
  if (!names.has(text) && names.size < namesMax) names.set(text, `kept-${names.size + 1}`)
  return names.get(text)
}

/** Names each statement by its text, so that a connection parses and plans it once. */
class PlanKeepingClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: as many forms as the client's own.
  override query(...given: any[]): any {
    const [text, values, ...rest] = given
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    const ask = super.query as (...all: any[]) => any
    return name === undefined ? ask.apply(this, given) : ask.call(this, { name, text, values }, ...rest)
  }
}

/** A pool of connections that speak UTC and the value types above. */
export function createPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: options.url.reveal(),
    max: options.connectionsMax,
    application_name: options.applicationName ?? 'holdfast',
    options: `-c TimeZone=UTC${options.keepPlans ? ' -c plan_cache_mode=force_generic_plan' : ''}`,
    types: valueTypes(),
    connectionTimeoutMillis: 30_000,
    idleTimeoutMillis: 60_000,
    ...(options.keepPlans ? { Client: PlanKeepingClient } : {}),
  })
  // A connection that breaks without a listener would end the process; its queries fail in any case.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', (error) => options.onConnectionLost?.(error))
  return pool
}
