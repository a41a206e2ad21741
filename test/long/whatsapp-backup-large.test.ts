/** A phone with a million messages: all are captured and decoded, and memory does not grow with them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeAndroid, own } from '../../src/sources/whatsapp-backup/fixtures.ts'
import { whatsappBackup } from '../../src/sources/whatsapp-backup/index.ts'

const messages = 1_000_000
/** What memory may grow by after the first tenth. The rate is printed, and gates nothing. */
const growthBytesMax = 200 * 1024 * 1024

let folder = ''
let path = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-large-'))
  path = join(folder, 'msgstore.db')
  const db = makeAndroid(path)
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN')
  db.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${messages})
    INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, received_timestamp, message_type, text_data, starred, sort_id)
    SELECT i, 1 + i % 2, i % 3 = 0, printf('3EB0%016X', i), CASE i % 2 WHEN 1 THEN 2 + 2 * (i % 4 / 2) ELSE 0 END, 13,
      1767225600000 + i * 1000, 1767225600500 + i * 1000, CASE WHEN i % 20 = 0 THEN 1 ELSE 0 END,
      CASE WHEN i % 20 = 0 THEN NULL ELSE 'Message ' || i || ': the figures of the second quarter are in, see you at four' END, 0, i FROM n`)
  db.exec(`INSERT INTO message_media (message_row_id, file_path, mime_type, media_caption)
    SELECT _id, 'Media/WhatsApp Images/IMG-' || _id || '.jpg', 'image/jpeg', 'picture ' || _id FROM message WHERE message_type = 1`)
  db.exec(`INSERT INTO message_quoted (message_row_id, chat_row_id, parent_message_chat_row_id, from_me, sender_jid_row_id, key_id, text_data)
    SELECT _id, chat_row_id, chat_row_id, 0, 2, printf('3EB0%016X', _id - 2), 'earlier words' FROM message WHERE _id % 10 = 3`)
  db.exec('COMMIT')
  db.close()
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a million messages are captured and decoded, fast and with flat memory', async () => {
  const settings = whatsappBackup.settings.parse({ custodian: own })
  const kinds = new Map<string, number>()
  let [count, bytes, replies, peak] = [0, 0, 0, 0]
  let settled = 0
  const began = performance.now()
  const before = process.cpuUsage()
  for await (const found of whatsappBackup.capture({ files: [path], settings, registeredUsers: [] })) {
    if ('gap' in found) continue
    const result = whatsappBackup.decode({ ...found, attachments: [] })
    if (!result.decoded) throw new Error(result.explanation)
    const { kind, refersTo } = result.message
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    if (refersTo !== undefined) replies += 1
    bytes += found.bytes.byteLength
    count += 1
    if (count % 50_000 === 0) {
      const { rss } = process.memoryUsage()
      // The first tenth fills caches and lets the heap grow to its working size.
      if (count === messages / 10) settled = rss
      if (count > messages / 10) peak = Math.max(peak, rss)
    }
  }
  const seconds = (performance.now() - began) / 1000
  const perSecond = Math.round(count / seconds)
  const { user, system } = process.cpuUsage(before)
  const microseconds = (user + system) / count
  const mib = (value: number) => Math.round(value / 1024 / 1024)
  console.log(
    `${count} messages, ${mib(bytes)} MiB of records in ${seconds.toFixed(1)} s: ${perSecond} a second (${microseconds.toFixed(1)} µs of processor each), memory ${mib(settled)} MiB, at most ${mib(peak)} MiB`,
  )
  expect(count).toBe(messages)
  expect(Object.fromEntries(kinds)).toEqual({ text: messages * 0.95, image: messages * 0.05 })
  expect(replies).toBe(messages / 10)
  expect(peak - settled).toBeLessThan(growthBytesMax)
}, 300_000)
