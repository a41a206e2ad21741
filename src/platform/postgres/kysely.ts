import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import type { Client, Pool } from './pool.ts'
import type { Database } from './schema.generated.ts'

export type { Database } from './schema.generated.ts'
export type Queries = Kysely<Database>

/**
 * Typed queries over a pool, or over one connection so that they join its transaction (begin and end that
 * with `inTransaction`, not with Kysely's own). Never destroy it: the pool or connection is the caller's.
 */
export function createKysely(connections: Pool | Client): Queries {
  const pool = 'totalCount' in connections ? connections : poolOfOne(connections)
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: pool as PostgresPool }) })
}

function poolOfOne(client: Client): PostgresPool {
  const borrowed = { query: client.query.bind(client), release: () => {} }
  return { connect: async () => borrowed, end: async () => {} } as unknown as PostgresPool
}
