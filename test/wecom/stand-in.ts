/** The C stand-in of Tencent's library: compiled once, with a folder of what it hands out and does wrong. */
import { execFileSync, spawnSync } from 'node:child_process'
import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface KeyVersion {
  readonly version: number
  readonly publicKey: string
  readonly privateKey: string
}

/** A message to be handed out; `randomKey` and `wrappedKey` where several share one. */
export interface Prepared {
  readonly seq: bigint
  readonly messageId: string
  readonly key: KeyVersion
  /** The decrypted JSON, exactly. */
  readonly plain: string
  readonly randomKey?: string
  readonly wrappedKey?: string
}

export interface Counters {
  readonly calls: {
    readonly init: number
    readonly chat: number
    readonly decrypt: number
    readonly media: number
  }
  /** Allocated and not freed, in the last process. */
  readonly live: { readonly slices: number; readonly media: number; readonly sdks: number }
}

export interface StandIn {
  readonly library: string
  /** What is given as the archive's secret. */
  readonly secret: string
  handOut(messages: readonly Prepared[]): void
  /** The rows of the answer as they are, by seq. */
  handOutRows(rows: readonly { readonly seq: bigint; readonly json: string }[]): void
  addMedia(fileId: string, content: Uint8Array): void
  /** `GetChatData 3 crash`: function, number of the call (`*`: each; `=TEXT`: what has the text in it), action. */
  setFaults(...faults: readonly string[]): void
  counters(): Counters
  remove(): void
}

export const hasCompiler = spawnSync('gcc', ['--version']).status === 0

const source = join(import.meta.dirname, 'stand-in.c')

/** Warnings are errors: what the compiler doubts is not a stand-in. */
export function compileStandIn(folder: string): string {
  const library = join(folder, 'stand-in.so')
  execFileSync('gcc', [
    '-std=gnu11',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-shared',
    '-fPIC',
    '-o',
    library,
    source,
  ])
  return library
}

export function createStandIn(library: string): StandIn {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-wecom-'))
  mkdirSync(join(folder, 'media'))
  const handOutRows: StandIn['handOutRows'] = (rows) =>
    writeFileSync(join(folder, 'rows.tsv'), rows.map(({ seq, json }) => `${seq}\t${json}\n`).join(''))
  return {
    library,
    secret: folder,
    handOutRows,
    handOut: (messages) =>
      handOutRows(messages.map((message) => ({ seq: message.seq, json: rowOf(message) }))),
    addMedia: (fileId, content) => writeFileSync(join(folder, 'media', fileId), content),
    setFaults: (...faults) =>
      writeFileSync(join(folder, 'faults.txt'), faults.map((fault) => `${fault}\n`).join('')),
    counters() {
      const bytes = readFileSync(join(folder, 'counters.bin'))
      const [init, chat, decrypt, media, slices, liveMedia, sdks] = Array.from({ length: 7 }, (_, slot) =>
        Number(bytes.readBigInt64LE(slot * 8)),
      ) as [number, number, number, number, number, number, number]
      return { calls: { init, chat, decrypt, media }, live: { slices, media: liveMedia, sdks } }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** RSA-2048, as WeCom demands it; in both forms of PEM that are met. */
export function makeKey(version: number, type: 'pkcs1' | 'pkcs8' = 'pkcs8'): KeyVersion {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    version,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    privateKey: privateKey.export({ type, format: 'pem' }) as string,
  }
}

/** One row of `chatdata`, in WeCom's spelling. */
export function rowOf({ seq, messageId, key, plain, randomKey, wrappedKey }: Prepared): string {
  const secret = randomKey ?? `random key ${seq}`
  const row = {
    msgid: messageId,
    publickey_ver: key.version,
    encrypt_random_key: wrappedKey ?? wrapKey(key, secret),
    encrypt_chat_msg: seal(secret, plain),
  }
  return `{"seq":${seq},${JSON.stringify(row).slice(1)}`
}

/** A random key as WeCom encrypts it: RSA PKCS#1 v1.5, base64. */
export function wrapKey({ publicKey }: KeyVersion, randomKey: string): string {
  return publicEncrypt(
    { key: publicKey, padding: constants.RSA_PKCS1_PADDING },
    Buffer.from(randomKey),
  ).toString('base64')
}

/** The stand-in's own encryption: see DecryptData in stand-in.c. */
export function seal(randomKey: string, plain: string): string {
  const text = Buffer.from(plain)
  const sealed = Buffer.alloc(text.length + 4)
  sealed.writeUInt32LE(checksum(text))
  let state = checksum(Buffer.from(randomKey)) | 1
  for (const [index, byte] of text.entries()) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    sealed[index + 4] = byte ^ (state & 0xff)
  }
  return sealed.toString('base64')
}

/** FNV-1a, 32 bits. */
function checksum(bytes: Uint8Array): number {
  let sum = 2166136261
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 16777619)
  return sum >>> 0
}
