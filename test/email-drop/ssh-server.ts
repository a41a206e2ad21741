/** A small SFTP server over a folder, for reading, in process. */
import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join, posix } from 'node:path'
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2'

export interface SshServerOptions {
  readonly root: string
  readonly user: string
  readonly password: string
  /** The connection is cut at the n-th read, once. */
  readonly cutAtRead?: number
}

export interface SshServer extends AsyncDisposable {
  readonly port: number
  /** As `ssh-keygen -lf` prints it. */
  readonly hostKeySha256: string
  passwordsSeen(): number
  stop(): Promise<void>
}

interface World {
  readonly options: SshServerOptions
  reads: number
  passwords: number
}

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp

export async function openSshServer(options: SshServerOptions): Promise<SshServer> {
  const key = ssh2.utils.generateKeyPairSync('ed25519')
  const world: World = { options, reads: 0, passwords: 0 }
  const clients = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [key.private] }, (client) => {
    clients.add(client)
    // Left out of the types. Without it each small answer waits for the acknowledgement of the one before.
    ;(client as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true)
    client.on('error', () => {})
    client.on('close', () => clients.delete(client))
    client.on('authentication', (context) => {
      if (context.method !== 'password') return context.reject(['password'])
      world.passwords++
      if (context.username === options.user && context.password === options.password) context.accept()
      else context.reject(['password'])
    })
    client.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => serve(acceptSftp(), client, world))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const blob = Buffer.from(key.public.split(' ')[1]!, 'base64')
  const stop = async () => {
    for (const client of clients) client.end()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return {
    port,
    hostKeySha256: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    passwordsSeen: () => world.passwords,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

type Handle = { readonly file: FileHandle } | { readonly folder: string; isRead: boolean }

function serve(sftp: SFTPWrapper, client: Connection, world: World): void {
  const handles = new Map<number, Handle>()
  let number = 0
  const pathOf = (name: string) => join(world.options.root, posix.normalize(`/${name}`))
  const give = (request: number, handle: Handle) => {
    handles.set(++number, handle)
    const id = Buffer.alloc(4)
    id.writeUInt32BE(number)
    sftp.handle(request, id)
  }
  const answer = (request: number, work: Promise<unknown>) =>
    void work.catch((error: NodeJS.ErrnoException) =>
      sftp.status(request, error.code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE),
    )
  sftp.on('REALPATH', (request, path) => {
    const attrs = {} as never
    sftp.name(request, [{ filename: posix.normalize(`/${path}`), longname: '', attrs }])
  })
  sftp.on('OPENDIR', (request, path) => give(request, { folder: pathOf(path), isRead: false }))
  sftp.on('READDIR', (request, id) => {
    const handle = handles.get(id.readUInt32BE())
    if (!handle || 'file' in handle || handle.isRead) return sftp.status(request, STATUS_CODE.EOF)
    handle.isRead = true
    answer(
      request,
      listing(handle.folder).then((names) => sftp.name(request, names)),
    )
  })
  sftp.on('OPEN', (request, path, flags) => {
    if (flags !== OPEN_MODE.READ) return sftp.status(request, STATUS_CODE.PERMISSION_DENIED)
    answer(
      request,
      open(pathOf(path)).then((file) => give(request, { file })),
    )
  })
  const giveFacts = (request: number, path: string) =>
    answer(
      request,
      attributes(pathOf(path)).then((attrs) => sftp.attrs(request, attrs)),
    )
  sftp.on('STAT', giveFacts)
  sftp.on('LSTAT', giveFacts)
  sftp.on('FSTAT', (request, id) => {
    const handle = handles.get(id.readUInt32BE())
    if (!handle || !('file' in handle)) return sftp.status(request, STATUS_CODE.FAILURE)
    answer(
      request,
      handle.file.stat().then((facts) => sftp.attrs(request, attrsOf(facts))),
    )
  })
  sftp.on('READ', (request, id, offset, length) => {
    if (++world.reads === world.options.cutAtRead) return void client.end()
    const handle = handles.get(id.readUInt32BE())
    if (!handle || !('file' in handle)) return sftp.status(request, STATUS_CODE.FAILURE)
    answer(request, sendPiece(sftp, request, handle.file, offset, length))
  })
  sftp.on('CLOSE', (request, id) => {
    const handle = handles.get(id.readUInt32BE())
    handles.delete(id.readUInt32BE())
    if (handle && 'file' in handle) void handle.file.close()
    sftp.status(request, STATUS_CODE.OK)
  })
  client.on('close', () => {
    for (const handle of handles.values()) if ('file' in handle) void handle.file.close()
    handles.clear()
  })
}

async function sendPiece(
  sftp: SFTPWrapper,
  request: number,
  file: FileHandle,
  offset: number,
  length: number,
): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(length, 65_536)), 0, undefined, offset)
  if (bytesRead === 0) sftp.status(request, STATUS_CODE.EOF)
  else sftp.data(request, buffer.subarray(0, bytesRead))
}

async function listing(folder: string) {
  const names = await readdir(folder)
  return Promise.all(
    names.map(async (filename) => ({
      filename,
      longname: filename,
      attrs: await attributes(join(folder, filename)),
    })),
  )
}

async function attributes(path: string) {
  return attrsOf(await stat(path))
}

interface Facts {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly atimeMs: number
  readonly mtimeMs: number
}

function attrsOf({ mode, uid, gid, size, atimeMs, mtimeMs }: Facts) {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) }
}
