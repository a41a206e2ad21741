/** Links a device, listens, and hands on what it hears. It never sends anything to anybody. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import makeWASocket, {
  Browsers,
  BufferJSON,
  downloadHistory,
  initAuthCreds,
  makeCacheableSignalKeyStore,
  proto,
} from 'baileys'
import { makeLibSignalRepository } from 'baileys/lib/Signal/libsignal.js'
import qrcode from 'qrcode-terminal'
import { journalFirst } from './emit-first.ts'
import { type Journal, openJournal } from './journal.ts'
import { type Phones, phonesIn } from './phones.ts'
import { openPlaintexts, type PlaintextKeeper } from './plaintext.ts'
import { afterClose, silentDays } from './reconnect.ts'
import { sendBody, sendJournal } from './send.ts'
import { readSessionFiles } from './session-files.ts'
import { openSession, type SessionStore } from './session-store.ts'

interface Settings {
  readonly site: string
  readonly sharedKeyFile: string
  readonly sessionKeyFile: string
  readonly folder: string
}

const { values } = parseArgs({
  options: {
    settings: { type: 'string', default: 'settings.json' },
    // Forgets the session first: the phone unlinked the device, or is to be another one.
    'link-again': { type: 'boolean', default: false },
  },
})
const settings = JSON.parse(readFileSync(values.settings, 'utf8')) as Settings
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort())

const journal = openJournal(join(settings.folder, 'journal'), Date.now)
const plaintexts = openPlaintexts(join(settings.folder, 'plaintext'))
const sessionKey = Buffer.from(readFileSync(settings.sessionKeyFile, 'utf8').trim(), 'hex')
const sharedKey = readFileSync(settings.sharedKeyFile, 'utf8').trim()
const sending = sendJournal(journal, { site: settings.site, sharedKey }, stopping.signal, (why) =>
  console.error(`Not handed over: ${why}; it is tried again.`),
)
const session = await openSession({
  site: { site: settings.site, sharedKey },
  key: sessionKey,
  files: readSessionFiles(join(settings.folder, 'session')),
  signal: stopping.signal,
  onTrouble: (why) => console.error(`The session is not at the site yet: ${why}; it is tried again.`),
  onLost: (why) => {
    console.error(`Stopped: ${why}`)
    stopping.abort()
  },
})
if (values['link-again']) await session.forget()
plaintexts.tellLeft(journal, phonesKnown)
await stayConnected(session, journal, plaintexts, stopping.signal)
stopping.abort()
await sending
journal.close()

async function stayConnected(
  store: SessionStore,
  log: Journal,
  keeper: PlaintextKeeper,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0
  let lastSeen = Date.now()
  let warnedDay = 0
  while (!signal.aborted) {
    const closed = await connectOnce(store, log, keeper, signal, () => {
      failures = 0
      lastSeen = Date.now()
    })
    const days = silentDays(lastSeen, Date.now())
    if (days !== null && days !== warnedDay) log.append('session', { silentDays: days })
    warnedDay = days ?? 0
    const next = afterClose(closed, failures)
    failures += 1
    if (next.what === 'stop') {
      console.error(`Stopped: ${next.why}.`)
      return
    }
    await delay(next.afterMs, undefined, { signal }).catch(() => {})
  }
}

/** Answers WhatsApp's code when the connection is closed. */
function connectOnce(
  store: SessionStore,
  log: Journal,
  keeper: PlaintextKeeper,
  signal: AbortSignal,
  onSeen: () => void,
): Promise<number | undefined> {
  const { creds, keys, save } = authState(store)
  const socket = makeWASocket({
    auth: { creds, keys: makeCacheableSignalKeyStore(keys) },
    browser: Browsers.macOS('Desktop'),
    syncFullHistory: true,
    shouldSyncHistoryMessage: () => true,
    markOnlineOnConnect: false,
    emitOwnEvents: true,
    shouldIgnoreJid: () => false,
    getMessage: async () => undefined,
    makeSignalRepository: (...given) => keepingPlaintext(makeLibSignalRepository(...given), keeper),
  })
  journalFirst(
    socket.ev as never,
    log,
    (event, data) => {
      if (event !== 'messages.upsert') return
      for (const message of (data as { messages: proto.IWebMessageInfo[] }).messages) {
        keeper.told(message.key?.id ?? '')
        const notice = message.message?.protocolMessage?.historySyncNotification
        // The library leaves the calls out of what it tells of a history, so the whole of it is kept.
        if (notice)
          void downloadHistory(notice, {})
            .then((history) => {
              const blob = proto.HistorySync.encode(history).finish()
              log.append('history-sync', { blob }, phonesKnown(blob))
            })
            .catch((error: unknown) => log.append('session', { historyFailed: String(error) }))
      }
    },
    phonesKnown,
  )
  socket.ws.on(
    'CB:message',
    (node: { attrs: Record<string, string>; content?: { tag: string; content?: Uint8Array }[] }) => {
      onSeen()
      const parts = (Array.isArray(node.content) ? node.content : []).filter(({ tag }) => tag === 'enc')
      const { id = '', from = '', participant, t = '0', category } = node.attrs
      // What the phone tells its own devices: keys and histories.
      if (category === 'peer') return
      keeper.expect(
        { id, remoteJid: from, timestamp: Number(t), ...(participant === undefined ? {} : { participant }) },
        parts.flatMap(({ content }) => (content ? [content] : [])),
      )
    },
  )
  socket.ev.on('creds.update', save)
  signal.addEventListener('abort', () => socket.end(undefined), { once: true })
  return new Promise((resolve) => {
    socket.ev.on('connection.update', ({ connection, qr, lastDisconnect }) => {
      if (qr) {
        qrcode.generate(qr, { small: true })
        // The person may scan it on his activation page; in the terminal it is in any case.
        void sendBody(Buffer.from(qr), { site: settings.site, sharedKey }, signal, 'qr')
      }
      if (connection === 'open') onSeen()
      if (connection === 'close')
        resolve(
          (lastDisconnect?.error as { output?: { statusCode?: number } } | undefined)?.output?.statusCode,
        )
    })
  })
}

/** What the library keeps of LIDs and numbers, under names of its own, is part of the session. */
function phonesKnown(data: unknown): Phones {
  try {
    return phonesIn(data, (lidUser) => {
      const number = session.read(`lid-mapping/${lidUser}_reverse`)
      return number === null ? null : (JSON.parse(number.toString('utf8')) as string)
    })
  } catch (error) {
    // The event is journalled whatever the session says.
    console.error(`Numbers are not told beside an event: ${error instanceof Error ? error.message : error}`)
    return {}
  }
}

function keepingPlaintext<Repository extends ReturnType<typeof makeLibSignalRepository>>(
  repository: Repository,
  keeper: PlaintextKeeper,
): Repository {
  return {
    ...repository,
    async decryptMessage(given: Parameters<Repository['decryptMessage']>[0]) {
      const padded = await repository.decryptMessage(given)
      keeper.keep(given.ciphertext, padded)
      return padded
    },
    async decryptGroupMessage(given: Parameters<Repository['decryptGroupMessage']>[0]) {
      const padded = await repository.decryptGroupMessage(given)
      keeper.keep(given.msg, padded)
      return padded
    },
  }
}

function authState(store: SessionStore) {
  const read = (name: string) => {
    const value = store.read(name)
    return value === null ? null : JSON.parse(value.toString('utf8'), BufferJSON.reviver)
  }
  const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value, BufferJSON.replacer))
  const creds = read('creds') ?? initAuthCreds()
  return {
    creds,
    // Whoever cannot write has been told, and stops.
    save: () => void store.write(new Map([['creds', bytesOf(creds)]])).catch(() => {}),
    keys: {
      get: async (type: string, ids: string[]) =>
        Object.fromEntries(ids.map((id) => [id, read(`${type}/${id}`)])) as never,
      set: async (data: Record<string, Record<string, unknown> | undefined>) => {
        await store.write(
          new Map(
            Object.entries(data).flatMap(([type, entries]) =>
              Object.entries(entries ?? {}).map(([id, value]) => [
                `${type}/${id}`,
                value === null || value === undefined ? null : bytesOf(value),
              ]),
            ),
          ),
        )
      },
    },
  }
}
