/** A folder on an SFTP server whose key is known. Files lie in the route's own folder only while they are read. */
import { hash, timingSafeEqual } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Client, type SFTPWrapper } from 'ssh2'
import { AppError } from '../../../domain/errors.ts'
import type { RouteGiven } from '../../live-source.ts'
import { folderFilesMax, isPassedOver } from '../files/folder.ts'
import type { FileTree, TreeFile, TreeListing } from './file-tree.ts'
import type { EmailDropSecret, SftpWay } from './route-settings.ts'

export type SftpGiven = RouteGiven<SftpWay, EmailDropSecret>

const connectMs = 30_000
/** A server that says nothing for so long is gone. */
const silenceMs = 120_000
const keepAliveMs = 15_000
const depthMax = 20

/** Throws AppError `vendor-refused` (sign-in, another host key) or `vendor-unreachable`. */
export async function openSftpTree(given: SftpGiven): Promise<FileTree> {
  const taken = join(given.folder, 'taken')
  // What a killed process left is taken again.
  await rm(taken, { recursive: true, force: true })
  await mkdir(taken, { recursive: true, mode: 0o700 })
  const connection = await connect(given)
  const { client, sftp } = connection
  const { settings } = given
  const asked = <Result>(work: (done: Answer<Result>) => void) => ask(connection, settings, work)
  let number = 0
  return {
    list: () => listTree(asked, sftp, settings),
    async take(file) {
      const path = join(taken, String(++number))
      const done = () => rm(path, { force: true })
      const bytes = await download(connection, settings, posix.join(settings.folder, file.name), path)
      if (bytes === file.bytes) return { path, done }
      await done()
      return null
    },
    async close() {
      client.end()
      await rm(taken, { recursive: true, force: true })
    },
  }
}

interface Connection {
  readonly client: Client
  readonly sftp: SFTPWrapper
  /** Rejects when the connection ends or the site stops. */
  readonly lost: Promise<never>
}

type Answer<Result> = (error: Error | null | undefined, result?: Result) => void

async function connect({ settings, secret, signal }: SftpGiven): Promise<Connection> {
  signal.throwIfAborted()
  const client = new Client()
  let isOtherKey = false
  const { promise: lost, reject } = Promise.withResolvers<never>()
  lost.catch(() => {})
  client.on('error', (error) => reject(error))
  client.on('close', () => reject(new Error('the connection was lost')))
  signal.addEventListener(
    'abort',
    () => {
      reject(signal.reason)
      client.destroy()
    },
    { once: true },
  )
  const ready = new Promise<void>((resolve) => client.once('ready', () => resolve()))
  client.connect({
    ...{ host: settings.host, port: settings.port, username: settings.user, readyTimeout: connectMs },
    ...{ keepaliveInterval: keepAliveMs, keepaliveCountMax: Math.floor(silenceMs / keepAliveMs) },
    ...(secret.password === undefined ? {} : { password: secret.password }),
    ...(secret.privateKey === undefined ? {} : { privateKey: secret.privateKey }),
    ...(secret.passphrase === undefined ? {} : { passphrase: secret.passphrase }),
    hostVerifier: (key: Buffer) => {
      isOtherKey = !isKnownKey(key, settings.hostKeySha256)
      return !isOtherKey
    },
  })
  try {
    await Promise.race([ready, lost])
    // Many small requests, each waiting for its answer: held back together they take ten times as long.
    client.setNoDelay(true)
    const opened = new Promise<SFTPWrapper>((resolve, fail) =>
      client.sftp((error, sftp) => (error ? fail(error) : resolve(sftp))),
    )
    return { client, lost, sftp: await Promise.race([opened, lost]) }
  } catch (error) {
    client.destroy()
    signal.throwIfAborted()
    throw problemOf(error, settings, isOtherKey)
  }
}

function isKnownKey(key: Buffer, fingerprint: string): boolean {
  const known = Buffer.from(fingerprint.replace(/^SHA256:/, ''), 'base64')
  const shown = hash('sha256', key, 'buffer')
  return known.length === shown.length && timingSafeEqual(known, shown)
}

function problemOf(cause: unknown, { host, user, folder }: SftpWay, isOtherKey = false): AppError {
  if (cause instanceof AppError) return cause
  const { message, level, code } = cause as Error & { level?: string; code?: unknown }
  if (isOtherKey)
    return new AppError(
      'vendor-refused',
      `${host} shows another host key than the one in the settings: ask the vendor whether it was changed, and give its fingerprint.`,
      { cause },
    )
  if (level === 'client-authentication')
    return new AppError('vendor-refused', `${host} does not let ${user} in: check the name and the secret.`, {
      cause,
    })
  // Status codes of SFTP: no such file, permission denied.
  if (code === 2 || code === 3)
    return new AppError(
      'vendor-refused',
      `${host} does not show ${folder} (${message}): check the folder and its rights.`,
      {
        cause,
      },
    )
  return new AppError('vendor-unreachable', `${host} cannot be reached (${message}): it is tried again.`, {
    cause,
  })
}

/** One request; a server that never answers ends it. */
async function ask<Result>(
  { lost }: Connection,
  settings: SftpWay,
  work: (done: Answer<Result>) => void,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const answer = new Promise<Result>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), silenceMs)
    work((error, result) => (error ? reject(error) : resolve(result as Result)))
  })
  try {
    return await Promise.race([answer, lost])
  } catch (error) {
    throw problemOf(error, settings)
  } finally {
    clearTimeout(timer)
  }
}

type Asked = <Result>(work: (done: Answer<Result>) => void) => Promise<Result>
type Listed = Parameters<Parameters<SFTPWrapper['readdir']>[1]>[1]

async function listTree(asked: Asked, sftp: SFTPWrapper, settings: SftpWay): Promise<TreeListing> {
  const files: TreeFile[] = []
  const others: string[] = []
  const walk = async (below: string, depth: number): Promise<void> => {
    const listed = await asked<Listed>((done) => sftp.readdir(posix.join(settings.folder, below), done))
    for (const { filename, attrs } of [...listed].sort((one, other) =>
      one.filename < other.filename ? -1 : 1,
    )) {
      if (isPassedOver(filename)) continue
      const name = below === '' ? filename : `${below}/${filename}`
      if (filename.includes('/') || filename.includes('\0')) others.push(filename.replace(/[/\0]/g, '_'))
      else if (attrs.isDirectory()) {
        if (depth >= depthMax) throw tooMuch(settings, `nests folders deeper than ${depthMax}`)
        await walk(name, depth + 1)
      } else if (attrs.isFile()) files.push({ name, bytes: attrs.size, modifiedMs: attrs.mtime * 1000 })
      else others.push(name)
      if (files.length > folderFilesMax) throw tooMuch(settings, `holds more than ${folderFilesMax} files`)
    }
  }
  await walk('', 1)
  return { files, others }
}

function tooMuch({ host, folder }: SftpWay, what: string): AppError {
  return new AppError(
    'bad-settings',
    `The folder ${folder} of ${host} ${what}: have what was captured moved elsewhere.`,
  )
}

/** Gives the bytes that came; -1 where the file is gone. */
async function download(
  { sftp, lost }: Connection,
  settings: SftpWay,
  from: string,
  to: string,
): Promise<number> {
  let bytes = 0
  const source = sftp.createReadStream(from)
  const copy = pipeline(
    source,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length
        yield chunk
      }
    },
    createWriteStream(to, { mode: 0o600, flags: 'wx' }),
  )
  try {
    await Promise.race([copy, lost])
    return bytes
  } catch (error) {
    source.destroy()
    if ((error as { code?: unknown }).code === 2) return -1
    throw problemOf(error, settings)
  }
}
