/** Makes the embedded cluster once, and the roles and the database in it. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'
import {
  type DataFolder,
  readDataFolderVersion,
  writeDataFolderVersion,
  writePrivateFile,
} from '../data-folder.ts'
import { diskFull, explainStorageError } from '../file-errors.ts'
import type { RandomSource } from '../random.ts'
import { findPostgres, type PostgresBinaries } from './binaries.ts'
import {
  asServiceUser,
  chooseServiceUser,
  giveToServiceUser,
  letServiceUserThrough,
  type ServiceUser,
} from './service-user.ts'

const passwordsSchema = z.object({ admin: z.string(), owner: z.string(), app: z.string() })
export type ClusterPasswords = z.infer<typeof passwordsSchema>

export interface Cluster {
  readonly folder: string
  readonly binaries: PostgresBinaries
  readonly user: ServiceUser
  readonly passwords: ClusterPasswords
}

/**
 * Opens the cluster of the data folder, making it first where there is none. Call it under the start lock.
 * Throws AppError `database-start-failed`, `data-folder-read-only` or `disk-full`.
 */
export function openCluster(folder: DataFolder, random: RandomSource): Cluster {
  const exists = existsSync(join(folder.postgres, 'PG_VERSION'))
  const major = exists ? clusterMajor(folder) : undefined
  const binaries = findPostgres(join(folder.path, 'pg-libraries'), major)
  const user = chooseServiceUser(folder.postgres)
  letServiceUserThrough(user, folder.path)
  if (exists) giveToServiceUser(ownerChanged(user, folder), folder.postgres)
  const cluster = {
    folder: folder.postgres,
    binaries,
    user,
    passwords: openPasswords(folder, exists, random),
  }
  if (!exists) makeCluster(folder, cluster)
  return cluster
}

function clusterMajor(folder: DataFolder): number {
  return Number.parseInt(readFileSync(join(folder.postgres, 'PG_VERSION'), 'utf8'), 10)
}

/** A cluster root made in a namespace, on a machine that forbids namespaces now, changes hands. */
function ownerChanged(user: ServiceUser, folder: DataFolder): ServiceUser {
  return user.type === 'user' && statSync(folder.postgres).uid !== user.uid ? user : { type: 'same' }
}

function openPasswords(folder: DataFolder, clusterExists: boolean, random: RandomSource): ClusterPasswords {
  if (existsSync(folder.postgresPasswords)) {
    return passwordsSchema.parse(JSON.parse(readFileSync(folder.postgresPasswords, 'utf8')))
  }
  if (clusterExists) {
    const message = `${folder.postgresPasswords} is missing, so the database cannot be opened: put it back from a backup of the data folder.`
    throw new AppError('database-start-failed', message)
  }
  const password = () => random.bytes(24).toString('base64url')
  const passwords = { admin: password(), owner: password(), app: password() }
  writePrivateFile(folder.postgresPasswords, `${JSON.stringify(passwords)}\n`)
  return passwords
}

/** initdb works beside the final place and the rename is the last step: a killed start leaves nothing half-made. */
function makeCluster(folder: DataFolder, cluster: Cluster): void {
  const unfinished = `${folder.postgres}.new`
  const passwordFile = `${folder.postgres}.password`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  writeFileSync(passwordFile, cluster.passwords.admin, { mode: 0o600 })
  giveToServiceUser(cluster.user, unfinished)
  giveToServiceUser(cluster.user, passwordFile)
  try {
    runInitdb(cluster, unfinished, passwordFile)
    renameSync(unfinished, folder.postgres)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  writeDataFolderVersion(folder, { ...readDataFolderVersion(folder)!, postgresMajor: cluster.binaries.major })
}

function runInitdb(cluster: Cluster, folder: string, passwordFile: string): void {
  const initdbArguments = [
    ...['-D', folder, '-U', 'holdfast_admin', '--pwfile', passwordFile, '-A', 'scram-sha-256'],
    ...['-E', 'UTF8', '--data-checksums', '--no-instructions'],
    ...localeArguments(cluster.binaries.major),
  ]
  const run = asServiceUser(cluster.user, cluster.binaries.initdb, initdbArguments)
  const options = {
    ...run.options,
    env: cluster.binaries.environment,
    cwd: '/',
    encoding: 'utf8',
    timeout: 120_000,
  } as const
  const result = spawnSync(run.command, run.arguments, options)
  if (result.error) throw explainStorageError(result.error, folder)
  if (result.status === 0) return
  if (/No space left on device/.test(result.stderr)) throw diskFull(folder)
  const said = result.stderr.trim().split('\n').slice(0, 3).join(' ')
  throw new AppError('database-start-failed', `PostgreSQL could not make its folder ${folder}: ${said}`)
}

/** Code point order, the same for ever: an upgrade of the system's locales must not reorder our indexes. */
function localeArguments(major: number): string[] {
  if (major < 17) return ['--locale=C.UTF-8']
  return ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
}

/**
 * Makes the roles and the database where they are missing: `holdfast_owner` owns every table and runs
 * migrations only, `holdfast_app` is what the product works as. Safe to repeat; runs at each start.
 */
export async function ensureDatabase(
  cluster: Cluster,
  connect: (database: string) => pg.Client,
): Promise<void> {
  await withClient(connect('postgres'), async (client) => {
    await ensureRole(client, 'holdfast_owner', cluster.passwords.owner)
    await ensureRole(client, 'holdfast_app', cluster.passwords.app)
    const found = await client.query(`SELECT 1 FROM pg_database WHERE datname = 'holdfast'`)
    if (found.rowCount === 0) await client.query('CREATE DATABASE holdfast OWNER holdfast_owner')
    await client.query('REVOKE ALL ON DATABASE holdfast FROM PUBLIC')
    await client.query('GRANT CONNECT, TEMPORARY ON DATABASE holdfast TO holdfast_app')
  })
  await withClient(connect('holdfast'), async (client) => {
    await client.query('ALTER SCHEMA public OWNER TO holdfast_owner')
    await client.query(
      'REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO holdfast_app',
    )
  })
}

async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
  const verb = found.rowCount === 0 ? 'CREATE' : 'ALTER'
  const limits = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS'
  await client.query(`${verb} ROLE ${role} LOGIN ${limits} PASSWORD ${pg.escapeLiteral(password)}`)
}

async function withClient(client: pg.Client, work: (client: pg.Client) => Promise<void>): Promise<void> {
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/** The folder PostgreSQL puts its socket in: inside the data folder, unless the system's limit on names is too short. */
export function socketFolderOf(folder: DataFolder, user: ServiceUser, shortName: string): string {
  const inside = join(folder.path, 'run')
  // A socket's whole path has at most 107 bytes (103 on macOS): the folder, `/.s.PGSQL.5432`.
  const path = Buffer.byteLength(inside) <= 85 ? inside : `/tmp/holdfast-${shortName}`
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const found = statSync(path)
  const expected = user.type === 'user' ? user.uid : process.getuid!()
  if (found.uid !== expected && found.uid !== process.getuid!()) {
    throw new AppError(
      'database-start-failed',
      `The folder ${path} belongs to another user: remove it, or use a data folder with a shorter path.`,
    )
  }
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700)
  giveToServiceUser(user, path)
  return path
}
