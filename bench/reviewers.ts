/** People who are signed in: each with a session of his own, as two hundred browsers would have. */
import { addMember, createRoleGroup, seedRoleGroups } from '../src/access/role-groups.ts'
import { openSession } from '../src/access/sessions.ts'
import { insertUser } from '../src/access/users.ts'
import { accessParts } from '../src/app.ts'
import type { Role } from '../src/domain/roles.ts'
import type { Firm } from './firm.ts'

/** What a browser sends with each request, but for its origin. */
export type Reviewer = Readonly<Record<'cookie' | 'x-holdfast-csrf', string>>

/** Reading and searching, and running the connector meanwhile. */
const roles: readonly Role[] = ['Compliance Search', 'Preview', 'Export', 'Data Connector Admin']

/** Signs so many people in. */
export async function signInReviewers({ platform, centre }: Firm, count: number): Promise<Reviewer[]> {
  const access = accessParts(platform, centre)
  await seedRoleGroups(access)
  return access.queries.transaction().execute(async (transaction) => {
    const author = { userId: 0, username: 'bench', approval: null, self: false }
    const input = { name: 'Bench', description: '', roles, oidcGroups: [] }
    const roleGroupId = await createRoleGroup(transaction, access, input, author)
    const reviewers: Reviewer[] = []
    for (let nth = 0; nth < count; nth++) {
      const username = `reviewer${nth}`
      const person = { username, name: username, email: null, createdBy: 'bench' }
      const id = await insertUser(transaction, access, person)
      await addMember(transaction, access, { roleGroupId, userId: id, origin: 'manual', addedBy: 'bench' })
      const origin = { clientIp: '127.0.0.1', userAgent: null, sessionId: null }
      const session = await openSession(
        transaction,
        access,
        { id, username },
        { method: 'password+totp', origin },
      )
      const { csrf_token } = await transaction
        .selectFrom('user_session')
        .select('csrf_token')
        .where('id', '=', session.id)
        .executeTakeFirstOrThrow()
      reviewers.push({ cookie: `holdfast-session=${session.token}`, 'x-holdfast-csrf': csrf_token })
    }
    return reviewers
  })
}
