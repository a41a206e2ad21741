/** A compliance centre's people and rights for tests: a database of its own, and a clock that stands still until it is set. */
import { expect } from 'vitest'
import { createTestDatabase } from '../../test/postgres.ts'
import { createMemoryKeyVault } from '../platform/keys/memory-vault.ts'
import { createKysely } from '../platform/postgres/index.ts'
import { systemRandom } from '../platform/random.ts'
import * as access from './index.ts'

export type World = Awaited<ReturnType<typeof openWorld>>

export const webOrigin = 'https://archive.firm.example'
export const from = { clientIp: '192.0.2.7', userAgent: 'Test', sessionId: null }
export const goodPassword = 'four tins of blue paint'

export async function openWorld(options: { readonly now?: number } = {}) {
  const database = await createTestDatabase()
  let now = options.now ?? Date.parse('2026-03-20T12:00:00Z')
  const parts: access.AccessParts = {
    pool: database.pool,
    queries: createKysely(database.pool),
    vault: createMemoryKeyVault(),
    clock: { now: () => now },
    random: systemRandom,
  }
  await access.seedRoleGroups(parts)
  const tokenOf = (url: string) => url.split('#')[1]!
  const principal = async (session: access.OpenedSession): Promise<access.Principal> => {
    const found = await access.principalOfSession(parts, session.token)
    expect(found).not.toBeNull()
    return found!
  }

  return {
    parts,
    tokenOf,
    principal,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    now: () => now,
    /** Comes in by the first link, with a password. */
    async firstAdministrator(username = 'ada'): Promise<access.Principal> {
      const link = await access.firstAdministratorLink(parts, webOrigin)
      const given = { token: tokenOf(link!.url), username, name: username, password: goodPassword }
      return principal(await access.signInWithLink(parts, given, from))
    },
    /** Invited by the administrator, came in with a password, and is a member of the role groups. */
    async member(by: access.Principal, username: string, ...groups: string[]): Promise<access.Principal> {
      const { user, link } = await access.createUser(parts, by, webOrigin, {
        username,
        name: username,
        email: null,
      })
      const given = { token: tokenOf(link.url), password: goodPassword }
      const session = await access.signInWithLink(parts, given, from)
      for (const group of groups) await this.join(username, group)
      expect(user.username).toBe(username)
      return principal(session)
    },
    /** Makes somebody a member behind the back of the rules that a test is about. */
    async join(username: string, group: string): Promise<void> {
      await database.pool.query(
        `insert into role_group_member (role_group_id, user_id, added_by, added_at)
         select g.id, u.id, 'test', $3 from role_group g, app_user u where g.name = $1 and u.username = $2`,
        [group, username, new Date(now)],
      )
    },
    async group(name: string) {
      return (await access.listRoleGroups(parts.queries)).find((group) => group.name === name)!
    },
    signIn: (username: string, password = goodPassword) =>
      access.signInWithPassword(parts, { username, password }, from),
    async session(username: string): Promise<access.OpenedSession> {
      const answer = await access.signInWithPassword(parts, { username, password: goodPassword }, from)
      if (answer.state !== 'signed-in') throw new Error(`${username} is asked for a code`)
      return answer.session
    },
    /** Audit events of an operation, the latest last. */
    async audited(operation: string) {
      const { rows } = await database.pool.query(
        'select actor, actor_type, target, outcome, details, session_id from audit_event where operation = $1 order by id',
        [operation],
      )
      return rows
    },
    async mailboxes(...rows: { address: string; department?: string }[]): Promise<number[]> {
      const ids: number[] = []
      for (const row of rows) {
        const result = await database.pool.query(
          'insert into mailbox (address, name, department, created_at) values ($1, $1, $2, $3) returning id',
          [row.address, row.department ?? null, new Date(now)],
        )
        ids.push(result.rows[0].id)
      }
      return ids
    },
    pool: database.pool,
    close: () => database.drop(),
  }
}
