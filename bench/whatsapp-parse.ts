/**
 * How fast WhatsApp exports are read, and whether memory stays flat: a chat of 300,000 messages and one
 * four times as long, written afresh, captured (both readings) and decoded.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { CapturedRecord } from '../src/sources/source.ts'
import { whatsappExport } from '../src/sources/whatsapp-export/index.ts'

const messagesOfBench = 300_000
const decodedSample = 20_000

/** Messages a second, microseconds and megabytes; asserts that no message and no byte was lost. */
export async function benchWhatsappParse(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'whatsapp-parse-'))
  try {
    const file = join(folder, 'WhatsApp Chat with Bench room.txt')
    const long = join(folder, 'WhatsApp Chat with Long room.txt')
    await writeChat(file, messagesOfBench)
    await writeChat(long, messagesOfBench * 4)
    await capture(file, messagesOfBench)
    const timed = await capture(file, messagesOfBench)
    return {
      whatsappParseMessagesPerSecond: Math.round(messagesOfBench / timed.seconds),
      whatsappParseMessagesPerCpuSecond: Math.round(messagesOfBench / timed.cpuSeconds),
      whatsappParseMegabytesPerSecond: Math.round(timed.bytes / timed.seconds / 1e6),
      whatsappDecodeMicrosecondsPerMessage: decodeMicroseconds(timed.sample),
      whatsappParseResidentMegabytes: await residentMegabytes(file, messagesOfBench),
      whatsappParseResidentMegabytesFourTimesTheFile: await residentMegabytes(long, messagesOfBench * 4),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Peak of a process that does nothing but capture this file, with Node's settings as this one has them. */
async function residentMegabytes(file: string, expected: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...process.execArgv,
    import.meta.filename,
    file,
    String(expected),
  ])
  return Number(stdout)
}

interface Capture {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly bytes: number
  readonly residentMegabytes: number
  readonly sample: readonly CapturedRecord[]
}

async function capture(file: string, expected: number, sampleMax = decodedSample): Promise<Capture> {
  const settings = whatsappExport.settings.parse({ custodian: '+447700900001', timezone: 'Europe/London' })
  const sample: CapturedRecord[] = []
  let [messages, bytes, resident] = [0, 0, 0]
  const cpu = process.cpuUsage()
  const start = performance.now()
  for await (const found of whatsappExport.capture({ files: [file], settings, registeredUsers: [] })) {
    if ('gap' in found) continue
    messages++
    bytes += found.bytes.length
    if (sample.length < sampleMax) sample.push({ ...found, bytes: Buffer.from(found.bytes) })
    if (messages % 20_000 === 0) resident = Math.max(resident, process.memoryUsage.rss())
  }
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  if (messages !== expected) throw new Error(`captured ${messages} of ${expected} messages`)
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    bytes,
    residentMegabytes: Math.round(resident / 1e6),
    sample,
  }
}

function decodeMicroseconds(sample: readonly CapturedRecord[]): number {
  const decodeAll = (): void => {
    for (const record of sample) {
      const result = whatsappExport.decode({ ...record, attachments: [] })
      if (!result.decoded) throw new Error(result.explanation)
    }
  }
  decodeAll()
  const start = performance.now()
  for (let round = 0; round < 5; round++) decodeAll()
  return Math.round(((performance.now() - start) * 1000 * 100) / (sample.length * 5)) / 100
}

const people = ['Ada Ferrars', 'Ben Okafor', '+44 7700 900123', 'Chloé Martin', 'Desk: Rates', '李雷', 'Noor']
const vocabulary =
  'the figures for tomorrow look fine to me please send a draft before lunch and call the client about margin terms 明天 三点 会议 合同 thanks ok'.split(
    ' ',
  )

/** A German Android chat: mixed lengths, continuation lines, media, deletions, pasted header-like lines. */
async function writeChat(path: string, messages: number): Promise<void> {
  const file = createWriteStream(path)
  const next = createRandom(20_240_313)
  let seconds = Date.UTC(2021, 0, 4, 8) / 1000
  let lines: string[] = []
  for (let index = 0; index < messages; index++) {
    seconds += 1 + Math.floor(next() * 400)
    const time = new Date(seconds * 1000)
    lines.push(`${stamp(time)} - ${people[Math.floor(next() * people.length)]}: ${body(time, next)}\n`)
    if (lines.length < 5000 && index < messages - 1) continue
    if (!file.write(lines.join(''))) await once(file, 'drain')
    lines = []
  }
  file.end()
  await once(file, 'close')
}

function stamp(time: Date): string {
  const [year, month, day] = time.toISOString().slice(2, 10).split('-')
  return `${day}.${month}.${year}, ${time.toISOString().slice(11, 16)}`
}

function body(time: Date, next: () => number): string {
  const kind = next()
  if (kind < 0.03) return '<Medien ausgeschlossen>'
  if (kind < 0.04) return 'Diese Nachricht wurde gelöscht.'
  const words = Array.from(
    { length: 1 + Math.floor(next() * 30) },
    () => vocabulary[Math.floor(next() * vocabulary.length)],
  ).join(' ')
  if (kind < 0.07)
    return `${words}\n${time.toISOString().slice(0, 10)} 10:30 - pasted from elsewhere\n${words}`
  return words
}

/** The same numbers every time (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

if (process.argv[1] === import.meta.filename && process.argv[2] !== undefined) {
  const { residentMegabytes: resident } = await capture(process.argv[2], Number(process.argv[3]), 0)
  console.log(resident)
}
