/** What `holdfast doctor` looks at in the ground the product stands on. Each check says what to do about it. */

import { join } from 'node:path'
import { type DataFolder, freeBytes, readDataFolderVersion } from './data-folder.ts'
import { findPostgres, postgresVersionText } from './postgres/binaries.ts'
import type { Queryable } from './postgres/pool.ts'
import { roleProblems } from './postgres/role.ts'

export interface Check {
  readonly name: string
  readonly ok: boolean
  /** What was found, one sentence. */
  readonly message: string
  /** What to do, one sentence; empty when all is well. */
  readonly remedy: string
}

export interface DoctorOptions {
  readonly dataFolder: DataFolder
  readonly database: Queryable
  readonly embedded: boolean
}

/** Runs every check of the platform, in the order they are told. A check that cannot run is not ok. */
export async function checkPlatform(options: DoctorOptions): Promise<Check[]> {
  const checks = [
    attempt('node', async () => checkNode(process.versions.node)),
    attempt('disk', async () => checkDisk(options.dataFolder)),
    ...(options.embedded
      ? [attempt('postgresql programs', async () => checkPrograms(options.dataFolder))]
      : []),
    attempt('database version', () => checkServerVersion(options.database)),
    attempt('database role', () => checkRole(options.database)),
    attempt('durability', () => checkDurability(options.database)),
    attempt('encoding', () => checkEncoding(options.database)),
  ]
  return Promise.all(checks)
}

async function attempt(name: string, check: () => Promise<Omit<Check, 'name'>>): Promise<Check> {
  try {
    return { name, ...(await check()) }
  } catch (error) {
    const remedy = 'Correct what the message says and run holdfast doctor again.'
    return { name, ok: false, message: error instanceof Error ? error.message : String(error), remedy }
  }
}

function result(ok: boolean, message: string, remedy: string): Omit<Check, 'name'> {
  return { ok, message, remedy: ok ? '' : remedy }
}

export function checkNode(version: string): Omit<Check, 'name'> {
  return result(
    Number.parseInt(version, 10) >= 24,
    `Node.js ${version} runs this program.`,
    'Install Node.js 24.',
  )
}

const gibibyte = 2 ** 30

export function checkDisk(folder: DataFolder): Omit<Check, 'name'> {
  const free = freeBytes(folder.path)
  const message = `${(free / gibibyte).toFixed(1)} GiB are free on the disk of ${folder.path}.`
  return result(
    free >= 5 * gibibyte,
    message,
    'Free some space: below 5 GiB a bulk import can fill the disk.',
  )
}

export function checkPrograms(folder: DataFolder): Omit<Check, 'name'> {
  const binaries = findPostgres(
    join(folder.path, 'pg-libraries'),
    readDataFolderVersion(folder)?.postgresMajor,
  )
  return result(true, `${postgresVersionText(binaries)} is used for the data folder.`, '')
}

export async function checkServerVersion(database: Queryable): Promise<Omit<Check, 'name'>> {
  const answer = await database.query(`SELECT current_setting('server_version_num')::int / 10000 AS major`)
  const { major } = answer.rows[0]
  return result(major >= 15, `The database server is PostgreSQL ${major}.`, 'Use PostgreSQL 15 or newer.')
}

export async function checkRole(database: Queryable): Promise<Omit<Check, 'name'>> {
  const problems = await roleProblems(database)
  const message =
    problems.length === 0
      ? 'The application owns nothing and cannot alter tables.'
      : `The application's role ${problems.join(', ')}.`
  return result(
    problems.length === 0,
    message,
    'Let DATABASE_URL name the role holdfast_app, and make another role the owner.',
  )
}

const durable = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'remote_write', 'remote_apply'],
}

export async function checkDurability(database: Queryable): Promise<Omit<Check, 'name'>> {
  const names = Object.keys(durable)
  const answer = await database.query('SELECT name, setting FROM pg_settings WHERE name = ANY($1)', [names])
  const unsafe = answer.rows.filter((row) => !durable[row.name as keyof typeof durable].includes(row.setting))
  const said = unsafe.map((row) => `${row.name} is ${row.setting}`).join(', ')
  const message =
    unsafe.length === 0
      ? 'A commit is on disk before it is acknowledged.'
      : `Records could be lost in a power cut: ${said}.`
  return result(unsafe.length === 0, message, 'Set these to on in the server, and restart it.')
}

export async function checkEncoding(database: Queryable): Promise<Omit<Check, 'name'>> {
  const answer = await database.query(`SELECT current_setting('server_encoding') AS encoding`)
  const { encoding } = answer.rows[0]
  return result(
    encoding === 'UTF8',
    `The database is encoded as ${encoding}.`,
    'Make the database again with encoding UTF8.',
  )
}
