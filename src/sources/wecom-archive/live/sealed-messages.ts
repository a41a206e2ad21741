/**
 * Messages that no key of the route opens yet. They are in the journal as WeCom sent them; here they wait to be opened
 * when the key is added, long after WeCom would hand them out again. Sealed by WeCom, they need no other seal.
 */
import { createPublicKey, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { appendFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseObject } from '../../formats/raw-json.ts'
import { type ChatRow, chatRowOf } from './chat-page.ts'

export interface SealedMessages {
  add(rows: readonly ChatRow[]): Promise<void>
  /** Each once, in order, a few at a time. */
  read(): AsyncGenerator<readonly ChatRow[]>
  /** Changes with what waits and with the keys there are; undefined where nothing waits. */
  mark(): Promise<string | undefined>
  forget(): Promise<void>
}

const rowsAtOnce = 200

export function openSealedMessages(
  folder: string,
  privateKeys: Readonly<Record<string, string>>,
): SealedMessages {
  const path = join(folder, 'sealed-messages.txt')
  return {
    async add(rows) {
      const lines = rows.map((row) => `${Buffer.from(row.exact()).toString('base64')}\n`)
      if (lines.length > 0) await appendFile(path, lines.join(''), { mode: 0o600, flush: true })
    },
    async *read() {
      const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })
      const seen = new Set<string>()
      let rows: ChatRow[] = []
      for await (const line of lines) {
        const row = rowOf(line)
        if (row === null || seen.has(nameOf(row))) continue
        seen.add(nameOf(row))
        rows.push(row)
        if (rows.length < rowsAtOnce) continue
        yield rows
        rows = []
      }
      if (rows.length > 0) yield rows
    },
    async mark() {
      const found = await stat(path).catch(() => undefined)
      return found === undefined ? undefined : `${found.size}/${markOfKeys(privateKeys)}`
    },
    forget: () => rm(path, { force: true }),
  }
}

function rowOf(line: string): ChatRow | null {
  const bytes = Buffer.from(line, 'base64')
  const parsed = parseObject(bytes)
  return 'raw' in parsed ? chatRowOf(parsed.raw, 1, () => bytes) : null
}

function nameOf({ messageId, seq }: ChatRow): string {
  return `${seq ?? ''}/${messageId}`
}

function markOfKeys(privateKeys: Readonly<Record<string, string>>): string {
  const keys = Object.entries(privateKeys)
    .map(([version, pem]) => `${version}=${createPublicKey(pem).export({ format: 'pem', type: 'spki' })}`)
    .sort()
  return hash('sha256', keys.join('\n'), 'hex').slice(0, 16)
}
