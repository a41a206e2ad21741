/** Messages in which no database can hold everything: they are imported all the same, and block no other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { verifyAll } from './crash/end-state.ts'
import { captureFile, run } from './crash/story.ts'
import { openWorld } from './crash/world.ts'

const sentMs = Date.parse('2026-03-02T01:30:00Z')
const [nul, half, otherHalf] = ['\u0000', '\ud800', '\ud801']
let number = 0

function messageOf(rest: Record<string, unknown> = {}): Record<string, unknown> {
  number += 1
  return {
    msgid: `8${number}_1`,
    action: 'send',
    from: 'ZhangSan',
    tolist: ['lisi'],
    roomid: 'wrTESTroom',
    msgtime: sentMs + number,
    msgtype: 'text',
    text: { content: `message ${number}` },
    ...rest,
  }
}

const file = { md5sum: 'x', filename: `re${nul}port\n.docx`, fileext: 'docx', filesize: 9, sdkfileid: 'f' }
const awkward = [
  messageOf({ text: { content: `a${nul}b` } }),
  messageOf({ text: { content: `a${half}b` } }),
  messageOf({ text: { content: '\\. \\N \\x00 \t' } }),
  messageOf({ msgid: `8${nul}_1` }),
  messageOf({ msgid: '8'.repeat(100_000) }),
  messageOf({ msgtype: 'file', file }),
  // Different people and rooms for the vendor, the same for a database that drops what it cannot hold.
  ...[`li${nul}si`, 'li', `li${half}`, `li${otherHalf}`].map((from) => messageOf({ from })),
  ...[`wr${nul}`, 'wr', `wr${half}`, `wr${otherHalf}`].map((roomid) => messageOf({ roomid })),
  messageOf({ roomid: `wr${'x'.repeat(20_000)}`, from: 'y'.repeat(20_000) }),
  messageOf({ tolist: Array.from({ length: 20_000 }, (_, place) => `user${place}`) }),
  messageOf({ msgtime: 0 }),
]

it('messages with NUL, halves of characters, long names and twenty thousand recipients are imported', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-awkward-'))
  const world = await openWorld()
  const process = await world.open()
  try {
    const path = join(folder, 'day.jsonl')
    writeFileSync(path, awkward.map((message) => `${JSON.stringify(message)}\n`).join(''))
    const settings = { custodian: '+447700900001' }
    await captureFile(process, { family: 'wechat', source: 'wecom-archive', path, settings })
    await run(process.centre, 'wechat')
    const verified = await verifyAll(process)
    expect(verified).toMatchObject({ ok: true, messages: awkward.length, problems: [] })
  } finally {
    await process.close()
    await world.close()
    rmSync(folder, { recursive: true })
  }
})
