import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAppError } from '../../domain/errors.ts'
import { fillAndroid, makeAndroid, message, own } from './fixtures.ts'
import { captureAll } from './test-capture.ts'

let folder = ''
let count = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-hostile-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function newPath(): string {
  count += 1
  return join(folder, `msgstore-${count}.db`)
}

async function texts(path: string): Promise<string[]> {
  return (await captureAll([path], { custodian: own })).messages.map(({ text }) => text)
}

test('views, triggers and generated columns never run', async () => {
  const path = newPath()
  const db = makeAndroid(path)
  message(db, 1, 0, 'kept')
  db.exec(`
    ALTER TABLE message ADD COLUMN bomb TEXT GENERATED ALWAYS AS (hex(zeroblob(500000000))) VIRTUAL;
    CREATE VIEW message_bomb (message_row_id, x) AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT 1, i FROM r;
    CREATE VIEW one (message_row_id) AS SELECT 1;
    CREATE TRIGGER t AFTER INSERT ON message BEGIN DELETE FROM message; END;
  `)
  db.close()
  expect(await texts(path)).toEqual(['kept'])
})

test('a view in the place of the messages is no table of messages', async () => {
  const path = newPath()
  const db = new DatabaseSync(path)
  db.exec(`CREATE VIEW message (_id, chat_row_id, from_me, key_id, timestamp) AS
    WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT i, 1, 0, 'K' || i, i FROM r`)
  db.close()
  await expect(captureAll([path])).rejects.toSatisfy((error) => isAppError(error, 'not-a-message-file'))
})

test('a view that names itself in a circle costs nothing', async () => {
  const path = newPath()
  const db = makeAndroid(path)
  message(db, 1, 0, 'kept')
  db.close()
  const meddler = new DatabaseSync(path, { defensive: false })
  meddler.exec('CREATE VIEW message_a (message_row_id) AS SELECT 1')
  meddler.exec('PRAGMA writable_schema = ON')
  meddler.exec(
    `UPDATE sqlite_schema SET sql = 'CREATE VIEW message_a (message_row_id) AS SELECT * FROM message_a' WHERE name = 'message_a'`,
  )
  meddler.close()
  expect(await texts(path)).toEqual(['kept'])
})

test('a row that is too large is a gap, and its neighbours are kept', async () => {
  const path = newPath()
  const db = makeAndroid(path)
  message(db, 1, 0, 'before')
  message(db, 2, 0, 'x'.repeat(9 * 1024 * 1024))
  message(db, 3, 0, 'after')
  db.close()
  const { messages, gaps } = await captureAll([path], { custodian: own })
  expect(messages.map(({ text }) => text)).toEqual(['before', 'after'])
  expect(gaps).toMatchObject([{ reason: 'damaged-rows', explanation: expect.stringContaining('row 2') }])
})

test('values of other types than WhatsApp writes are shown, never thrown over', async () => {
  const path = newPath()
  const db = makeAndroid(path)
  message(db, 1, 0, 'kept')
  db.exec(
    `UPDATE message SET timestamp = 'yesterday', from_me = 9223372036854775807, sender_jid_row_id = X'00ff', message_type = 'seven'`,
  )
  message(db, 2, 0, null)
  db.exec(`UPDATE message SET text_data = X'deadbeef', timestamp = 1e999 WHERE _id = 2`)
  db.close()
  const { messages } = await captureAll([path], { custodian: own })
  expect(messages[0]).toMatchObject({ text: 'kept', sentAt: { utc: 0, text: 'yesterday' } })
  expect(messages[1]).toMatchObject({ text: '(no text)', sentAt: { utc: 0 } })
})

test('columns and tables that are missing are done without', async () => {
  const path = newPath()
  const db = new DatabaseSync(path)
  db.exec(
    'CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT, timestamp INTEGER)',
  )
  db.exec(`INSERT INTO message VALUES (1, 1, 0, 'K1', 1767225600000)`)
  db.close()
  const { messages } = await captureAll([path], { custodian: own })
  expect(messages).toMatchObject([{ text: '(no text)', conversation: { id: 'unknown' } }])
})

test('another database is refused', async () => {
  const path = newPath()
  const db = new DatabaseSync(path)
  db.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)')
  db.close()
  await expect(captureAll([path])).rejects.toThrow(/no messages of WhatsApp/)
})

test('a file that only begins as a database is refused as damaged', async () => {
  const path = newPath()
  await writeFile(path, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5_000, 0xa5)]))
  await expect(captureAll([path])).rejects.toSatisfy((error) => isAppError(error, 'damaged-database'))
})

/** A database of many pages, one after the other overwritten. */
test('a broken page costs its own rows, is told of, and the rest goes on', async () => {
  const path = newPath()
  const db = makeAndroid(path)
  db.exec('BEGIN')
  for (let id = 1; id <= 2_000; id++) message(db, id, 0, `message ${id} ${'y'.repeat(60)}`)
  db.exec('COMMIT')
  const { rootpage } = db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'message'`).get() as {
    rootpage: number
  }
  db.close()
  const whole = await readFile(path)
  const pageBytes = whole.readUInt16BE(16)
  const leaves = Array.from({ length: whole.length / pageBytes }, (_, index) => index + 1).filter(
    (page) =>
      page !== rootpage &&
      page > 1 &&
      whole[(page - 1) * pageBytes] === 0x0d &&
      whole.readUInt16BE((page - 1) * pageBytes + 3) > 20,
  )
  const broken = leaves[Math.floor(leaves.length / 2)]!
  whole.fill(0xff, (broken - 1) * pageBytes, broken * pageBytes)
  await writeFile(path, whole)
  const { messages, gaps } = await captureAll([path], { custodian: own })
  expect(messages.length).toBeGreaterThan(1_900)
  expect(messages.length).toBeLessThan(2_000)
  expect(messages.at(-1)?.text).toMatch(/^message 2000 /)
  expect(gaps.filter(({ reason }) => reason === 'damaged-rows')).toHaveLength(1)
})

test('bytes changed anywhere never throw anything but an AppError', async () => {
  const path = newPath()
  const db = makeAndroid(path)
  fillAndroid(db)
  db.close()
  const whole = await readFile(path)
  const changed = newPath()
  for (let round = 0; round < 8; round++) {
    const bytes = Buffer.from(whole)
    // Places and values follow from the round, so that a failure can be had again.
    for (let change = 0; change < 40; change++) {
      const place = (round * 7_919 + change * 104_729 * (round + 1)) % bytes.length
      bytes[place] = (round * 31 + change * 17) & 0xff
    }
    await writeFile(changed, bytes)
    const outcome = await captureAll([changed], { custodian: own }).then(
      () => 'captured',
      (error: unknown) => (isAppError(error) ? error.code : `round ${round}: ${String(error)}`),
    )
    expect(['captured', 'damaged-database', 'not-a-message-file']).toContain(outcome)
  }
})

test('rows that belong to no message are counted', async () => {
  const path = newPath()
  const db = makeAndroid(path)
  message(db, 1, 0, 'kept')
  db.exec(`INSERT INTO message_of_tomorrow VALUES (77, 'blue', 1, NULL)`)
  db.close()
  const { gaps } = await captureAll([path], { custodian: own })
  expect(gaps).toMatchObject([
    { reason: 'rows-without-message', explanation: expect.stringContaining('1 row') },
  ])
})

test('a database that says nothing in time is given up', async () => {
  const path = newPath()
  const db = makeAndroid(path)
  fillAndroid(db)
  db.close()
  const hurried = { custodian: own, silenceSecondsMax: 0.001 }
  await expect(captureAll([path], hurried)).rejects.toSatisfy((error) =>
    isAppError(error, 'damaged-database'),
  )
})
