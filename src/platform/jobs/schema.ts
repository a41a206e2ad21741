/** The tables of the job queue (pg-boss, schema `pgboss`): made by the owner, only used by the application. */
import { createRequire } from 'node:module'
import type pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { Queryable } from '../postgres/pool.ts'

export const jobsSchema = 'pgboss'

/** The version of its tables that the installed pg-boss needs. */
const neededVersion: number = createRequire(import.meta.url)('pg-boss/package.json').pgboss.schema

/** Whether the queue's tables are there in the version the program needs. */
export async function jobsAreReady(database: Queryable): Promise<boolean> {
  const found = await database.query(`SELECT to_regclass('${jobsSchema}.version') IS NOT NULL AS found`)
  if (!found.rows[0].found) return false
  const answer = await database.query(`SELECT version::int AS version FROM ${jobsSchema}.version`)
  return answer.rows[0]?.version >= neededVersion
}

/** Makes or migrates the queue's tables and grants their use. `owner` is the migrations' connection. */
export async function prepareJobs(owner: pg.Client): Promise<void> {
  const database = { executeSql: (text: string, values?: unknown[]) => owner.query(text, values) }
  const boss = new PgBoss({
    db: database,
    schema: jobsSchema,
    migrate: true,
    supervise: false,
    schedule: false,
  })
  await boss.start()
  await boss.stop({ graceful: false })
  await owner.query(grants)
}

const grants = `
  GRANT USAGE ON SCHEMA ${jobsSchema} TO holdfast_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${jobsSchema} TO holdfast_app;
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${jobsSchema} TO holdfast_app;
`
