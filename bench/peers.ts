/** The archive's e-mails in other programs, where those are installed: notmuch, mu, and IMAP APPEND to Dovecot. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContentReader, openEmail } from '../src/archive/index.ts'
import { dovecotMissing, startDovecot } from '../test/dovecot.ts'
import type { Firm } from './firm.ts'
import type { PeerFigure } from './results.ts'

export async function measurePeers(firm: Firm): Promise<{ messages: number; figures: PeerFigure[] }> {
  const emails = await storedEmails(firm)
  const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'))
  try {
    for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(folder, 'mail', name), { recursive: true })
    for (const [place, email] of emails.entries())
      writeFileSync(join(folder, 'mail', 'cur', `${place}.bench:2,S`), email)
    return {
      messages: emails.length,
      figures: [
        measureNotmuch(folder, emails.length),
        measureMu(folder, emails.length),
        await measureDovecot(emails),
      ],
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function storedEmails({ centre, platform }: Firm): Promise<Buffer[]> {
  const { rows } = await platform.database.pool.query<{ id: bigint }>('select id from message order by id')
  const reader = createContentReader(centre)
  const emails: Buffer[] = []
  for (const { id } of rows) {
    const pieces: Uint8Array[] = []
    for await (const piece of (await openEmail(centre, reader, id)).stream) pieces.push(piece)
    emails.push(Buffer.concat(pieces))
  }
  return emails
}

/** Chinese is not searched by default in either; the variable turns it on. */
const withChinese = { ...process.env, XAPIAN_CJK_NGRAM: '1' }

function measureNotmuch(folder: string, messages: number): PeerFigure {
  const config = join(folder, 'notmuch-config')
  writeFileSync(
    config,
    `[database]\npath=${join(folder, 'mail')}\n[user]\nname=Bench\nprimary_email=bench@firm.example\n`,
  )
  const environment = { ...withChinese, NOTMUCH_CONFIG: config }
  return timed('notmuch new', messages, 'indexes files that are there already', () =>
    execFileSync('notmuch', ['new'], { env: environment, stdio: 'ignore' }),
  )
}

function measureMu(folder: string, messages: number): PeerFigure {
  const environment = { ...withChinese, MUHOME: join(folder, 'mu') }
  return timed('mu index', messages, 'indexes files that are there already', () => {
    execFileSync('mu', ['init', `--maildir=${join(folder, 'mail')}`], { env: environment, stdio: 'ignore' })
    execFileSync('mu', ['index'], { env: environment, stdio: 'ignore' })
  })
}

function timed(peer: string, messages: number, note: string, work: () => void): PeerFigure {
  const start = performance.now()
  try {
    work()
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT')
      return { peer, messagesPerSecond: null, note: 'not installed' }
    throw error
  }
  return { peer, messagesPerSecond: rate(messages, start), note }
}

function rate(messages: number, start: number): number {
  return Math.round((messages * 1000) / (performance.now() - start))
}

const messagesPerAppend = 200

async function measureDovecot(emails: readonly Buffer[]): Promise<PeerFigure> {
  const peer = 'Dovecot, IMAP APPEND'
  if (dovecotMissing !== null) return { peer, messagesPerSecond: null, note: dovecotMissing }
  const dovecot = await startDovecot()
  const socket = connect(dovecot.port, dovecot.host)
  try {
    const command = commander(socket)
    await command('greeting', [])
    await command('a0', [Buffer.from(`a0 LOGIN ${dovecot.user} ${dovecot.password}\r\n`)])
    const start = performance.now()
    for (let from = 0; from < emails.length; from += messagesPerAppend) {
      const tag = `a${from + 1}`
      const pieces = emails
        .slice(from, from + messagesPerAppend)
        .flatMap((email) => [Buffer.from(` {${email.length}+}\r\n`), email])
      await command(tag, [Buffer.from(`${tag} APPEND INBOX`), ...pieces, Buffer.from('\r\n')])
    }
    const note = `Maildir, ${messagesPerAppend} in a command, without full text search`
    return { peer, messagesPerSecond: rate(emails.length, start), note }
  } finally {
    socket.destroy()
    dovecot.stop()
  }
}

/** Sends a command and waits for the line that answers its tag. */
function commander(socket: Socket): (tag: string, pieces: readonly Buffer[]) => Promise<void> {
  let received = ''
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1')
    socket.emit('answer')
  })
  return (tag, pieces) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const line = received
          .split('\r\n')
          .find((one) => one.startsWith(tag === 'greeting' ? '* OK' : `${tag} `))
        if (line === undefined) return
        socket.off('answer', look)
        received = ''
        if (/^\S+ OK/.test(line)) resolve()
        else reject(new Error(`Dovecot refused: ${line}`))
      }
      socket.on('answer', look)
      socket.once('error', reject)
      if (pieces.length > 0) socket.write(Buffer.concat(pieces))
    })
}
