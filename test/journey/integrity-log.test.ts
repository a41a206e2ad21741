/** What is imported is entered into the integrity log, and whatever is changed afterwards shows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commitmentOf } from '../../src/archive/index.ts'
import {
  integrate,
  lastLoggedAuditId,
  logKey,
  noteLogEntries,
  noteMissingItems,
  openNote,
  proveItem,
  readCheckpoint,
  signCheckpoint,
} from '../../src/archive/log/index.ts'
import { isIncluded, leafHash } from '../../src/archive/log/merkle.ts'
import { appendAudit } from '../../src/platform/audit/audit.ts'
import { type Firm, openFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

let firm: Firm
beforeAll(async () => {
  firm = await openFirm()
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
  const texts = Array.from({ length: 300 }, (_, place) => groupText(`第${place}条消息`))
  await captureWecom(firm, texts, { custodian: '+8613900000001' })
  await firm.run('wechat')
}, 120_000)
afterAll(() => firm?.close())

/** Checks a proof by its text alone. */
function opened(proof: string, verifierKey: string) {
  const [head, ...rest] = proof.split('\n\n')
  const lines = head!.split('\n')
  expect(lines[0]).toBe('c2sp.org/tlog-proof@v1')
  const entry = Buffer.from(lines[1]!.replace('extra ', ''), 'base64')
  const index = BigInt(lines[2]!.replace('index ', ''))
  const path = lines.slice(3).map((line) => Buffer.from(line, 'base64'))
  const { size, root } = readCheckpoint(openNote(rest.join('\n\n'), verifierKey))
  return { entry, included: isIncluded(leafHash(entry), index, size, path, root) }
}

describe('the integrity log', () => {
  it('finds items that are older than it', async () => {
    // As an archive is that was filled by a version without a log.
    await firm.asOwner('delete from log_pending where mailbox_id = (select min(id) from mailbox)')
    expect(await noteMissingItems(firm.centre)).toBe(300)
    expect(await noteMissingItems(firm.centre)).toBe(0)
  })

  it('has an entry for every item, in tiles of 256', async () => {
    const { entered, size } = await integrate(firm.centre)
    expect(entered).toBeGreaterThanOrEqual(900)
    expect(Number(size)).toBe(entered)
    expect((await integrate(firm.centre)).entered).toBe(0)
    const objects = []
    for await (const { name } of firm.centre.objects.list('log/tile/')) objects.push(name)
    expect(objects).toContain('log/tile/0/000')
    expect(objects).toContain('log/tile/entries/002')
    expect(objects.filter((name) => name.startsWith('log/tile/1/'))).toEqual([
      `log/tile/1/000.p/${size / 256n}`,
    ])
  })

  it('proves an item by text, key and content alone', async () => {
    const [item] = await firm.search('第7条消息')
    const { proof, salt, emailSha256, sequence, verifierKey, entry } = await proveItem(firm.centre, item!.id)
    const shown = opened(proof, verifierKey)
    expect(shown.included).toBe(true)
    expect(shown.entry.toString()).toBe(entry)
    const leaf = JSON.parse(entry)
    expect(leaf).toMatchObject({ kind: 'import', n: sequence })
    expect(entry).not.toContain('第')
    const commitment = commitmentOf(Buffer.from(salt!, 'hex'), Buffer.from(emailSha256!, 'hex'))
    expect(leaf.c).toBe(commitment.toString('base64'))
  })

  it('enters and signs at once what has just come', async () => {
    await captureWecom(firm, [groupText('刚刚到')], { custodian: '+8613900000001' }, 'late.jsonl')
    await firm.run('wechat')
    const [item] = await firm.search('刚刚到')
    const { proof, verifierKey } = await proveItem(firm.centre, item!.id)
    expect(opened(proof, verifierKey).included).toBe(true)
  })

  it('signs the same log only once', async () => {
    const first = await signCheckpoint(firm.centre)
    const again = await signCheckpoint(firm.centre)
    expect(again.note).toBe(first.note)
    await noteLogEntries(firm.pool, [{ at: 0, kind: 'policy', facts: { of: 'test' } }])
    expect((await signCheckpoint(firm.centre)).size).toBe(first.size + 1n)
  })

  it('counts audit records, but none that another may still be written before', async () => {
    const event = { at: firm.centre.clock.now(), operation: 'search', outcome: 'succeeded' } as const
    await appendAudit(firm.centre.queries, event)
    await integrate(firm.centre)
    const before = await lastLoggedAuditId(firm.centre.queries)
    expect(before).toBeGreaterThan(0n)
    const late = await firm.pool.connect()
    await late.query('begin')
    await late.query(
      `insert into audit_event (at, actor, actor_type, operation, outcome) values (now(), 'late', 'person', 'search', 'succeeded')`,
    )
    await appendAudit(firm.centre.queries, event)
    await integrate(firm.centre)
    firm.setClock('2026-03-20T13:00:00Z')
    await integrate(firm.centre)
    expect(await lastLoggedAuditId(firm.centre.queries)).toBe(before)
    await late.query('commit')
    late.release()
    await integrate(firm.centre)
    expect(await lastLoggedAuditId(firm.centre.queries)).toBe(before + 2n)
    // Ids that are taken and never written, in one row and with records between.
    const undone = [await firm.pool.connect(), await firm.pool.connect(), await firm.pool.connect()]
    for (const [place, client] of undone.entries()) {
      await client.query('begin')
      await client.query(
        `insert into audit_event (at, actor, actor_type, operation, outcome) values (now(), 'undone', 'person', 'search', 'succeeded')`,
      )
      if (place === 1) await appendAudit(firm.centre.queries, event)
    }
    for (const client of undone) {
      await client.query('rollback')
      client.release()
    }
    await appendAudit(firm.centre.queries, event)
    await integrate(firm.centre)
    firm.setClock('2026-03-20T14:00:00Z')
    // A transaction that was under way is waited for, whichever database of the server it works in.
    const counted = async () => {
      await integrate(firm.centre)
      return lastLoggedAuditId(firm.centre.queries)
    }
    await expect.poll(counted).toBe(before + 7n)
    expect(await firm.problems()).toEqual([])
  })

  it('shows an audit record that was changed, added or cut off', async () => {
    const codes = async () => (await firm.problems()).map((problem) => problem.split(':')[0])
    await firm.asOwner(
      `update audit_event set actor = 'nobody' where id = (select max(last_id) from log_audit_batch)`,
    )
    expect(await codes()).toEqual(['audit-log-changed'])
    await firm.asOwner('delete from audit_event where id = (select max(last_id) from log_audit_batch)')
    expect(await codes()).toEqual(['audit-log-changed'])
    await firm.asOwner(
      'delete from log_audit_batch where last_id = (select max(last_id) from log_audit_batch)',
    )
  })

  it('shows every byte that was changed in a tile, a bundle or a checkpoint', async () => {
    await signCheckpoint(firm.centre)
    const { objects } = firm.centre
    const names = ['log/tile/0/000', 'log/tile/0/002', 'log/tile/entries/001']
    for await (const { name } of objects.list('log/tile/1/')) names.push(name)
    for (const name of names) {
      const bytes = Buffer.from(await objects.get(name))
      for (const place of [0, bytes.byteLength - 1]) {
        const changed = Buffer.from(bytes)
        changed[place]! ^= 4
        await objects.put(name, changed)
        expect([name, place, (await firm.problems()).length > 0]).toEqual([name, place, true])
      }
      await objects.put(name, bytes)
    }
    expect(await firm.problems()).toEqual([])
    const { verifierKey } = await logKey(firm.centre)
    const { note } = await signCheckpoint(firm.centre)
    for (let place = 0; place < Buffer.byteLength(note); place += 1) {
      const changed = Buffer.from(note)
      changed[place]! ^= 1
      expect(() => openNote(changed.toString(), verifierKey)).toThrow()
    }
  })
})
