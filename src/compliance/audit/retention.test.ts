import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/postgres.ts'
import { createKysely } from '../../platform/postgres/index.ts'
import {
  type AuditRetentionParts,
  createAuditPolicy,
  expireAuditRecords,
  listAuditPolicies,
  removeAuditPolicy,
} from './retention.ts'

let database: TestDatabase
let parts: AuditRetentionParts
beforeAll(async () => {
  database = await createTestDatabase()
  parts = {
    pool: database.pool,
    queries: createKysely(database.pool),
    clock: { now: () => Date.parse('2026-03-20T12:00:00Z') },
  }
})
afterAll(() => database?.drop())

const everything = 2n ** 62n

async function append(operation: string, actor: string, age: string): Promise<bigint> {
  const { rows } = await parts.pool.query<{ id: bigint }>(
    `insert into audit_event (at, actor, actor_type, operation, outcome)
     values (now() - $3::interval, $2, 'person', $1, 'succeeded') returning id`,
    [operation, actor, age],
  )
  return BigInt(rows[0]!.id)
}

async function there(id: bigint): Promise<boolean> {
  const { rowCount } = await parts.pool.query('select from audit_event where id = $1', [id])
  return rowCount === 1
}

const policy = { name: 'Looks', priority: 100, keepMonths: 3, actors: null, operations: null } as const

describe('audit retention', () => {
  it('keeps every record for ever without a policy', async () => {
    const old = await append('sign-in', 'ada', '30 years')
    expect(await expireAuditRecords(parts, everything)).toEqual({})
    expect(await there(old)).toBe(true)
  })

  it('removes what is over, keeps records of changes six years, and leaves the hash of each', async () => {
    const look = await append('search', 'bob', '4 months')
    const young = await append('search', 'bob', '2 months')
    const change = await append('change-role-group', 'bob', '71 months')
    const oldChange = await append('change-role-group', 'bob', '73 months')
    const expected = await parts.pool.query<{ hash: Buffer }>(
      'select audit_event_hash(audit_event) as hash from audit_event where id = $1',
      [look],
    )
    await createAuditPolicy(parts, policy, 'ada')
    const removed = await expireAuditRecords(parts, everything)
    expect(removed.Looks).toBeGreaterThanOrEqual(2)
    expect([await there(look), await there(young), await there(change), await there(oldChange)]).toEqual([
      ...[false, true, true, false],
    ])
    const kept = await parts.pool.query<{ sha256: Buffer; policy: string }>(
      'select sha256, policy from audit_expired where id = $1',
      [look],
    )
    expect(kept.rows[0]).toEqual({ sha256: expected.rows[0]!.hash, policy: 'Looks' })
    // Done again it finds nothing, and says nothing.
    expect(await expireAuditRecords(parts, everything)).toEqual({})
  })

  it('lets the smallest priority that applies to a record decide', async () => {
    await createAuditPolicy(
      parts,
      { ...policy, name: 'Carla', priority: 1, keepMonths: 120, actors: ['carla'] },
      'ada',
    )
    const hers = await append('search', 'carla', '9 years')
    const his = await append('search', 'dan', '9 years')
    expect(await expireAuditRecords(parts, everything)).toEqual({ Looks: 1 })
    expect([await there(hers), await there(his)]).toEqual([true, false])
  })

  it('removes nothing that the integrity log has not counted', async () => {
    const look = await append('search', 'erin', '1 year')
    expect(await expireAuditRecords(parts, look - 1n)).toEqual({})
    expect(await expireAuditRecords(parts, look)).toEqual({ Looks: 1 })
  })

  it('is the only way a record goes', async () => {
    await expect(parts.pool.query('delete from audit_event')).rejects.toMatchObject({ code: '42501' })
    await expect(parts.pool.query('truncate audit_event')).rejects.toMatchObject({ code: '42501' })
    await expect(parts.pool.query("update audit_event set actor = 'nobody'")).rejects.toMatchObject({
      code: '42501',
    })
    await expect(parts.pool.query('delete from audit_expired')).rejects.toMatchObject({ code: '42501' })
  })

  it('is audited, refuses a second policy of a name or place, and keeps all once the policies are gone', async () => {
    await expect(createAuditPolicy(parts, { ...policy, name: 'Other' }, 'ada')).rejects.toMatchObject({
      ...{ code: 'audit-policy-refused', message: expect.stringContaining('"Looks"') },
    })
    await expect(
      createAuditPolicy(parts, { ...policy, priority: 7, operations: ['open-all' as 'search'] }, 'ada'),
    ).rejects.toMatchObject({ code: 'audit-policy-refused' })
    await removeAuditPolicy(parts, 'Looks')
    await removeAuditPolicy(parts, 'Carla')
    await expect(removeAuditPolicy(parts, 'Carla')).rejects.toMatchObject({ code: 'audit-policy-refused' })
    expect(await listAuditPolicies(parts)).toEqual([])
    const { rows } = await parts.pool.query(
      `select operation, count(*)::int as records from audit_event
        where operation in ('change-audit-retention', 'expire-audit') group by 1 order by 1`,
    )
    expect(rows).toEqual([
      { operation: 'change-audit-retention', records: 4 },
      { operation: 'expire-audit', records: 3 },
    ])
  })
})
