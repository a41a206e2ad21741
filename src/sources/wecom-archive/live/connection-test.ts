/** Tries everything a route needs, without capturing: each line says what to do. */
import { AppError } from '../../../domain/errors.ts'
import type { RouteFinding } from '../../live-source.ts'
import type { RegisteredUserFacts } from '../../source.ts'
import { permittedUsers } from './qyapi-calls.ts'
import { createApis, createRouteClient, type WecomGiven } from './route-parts.ts'
import { createSdkSession } from './sdk-session.ts'
import { identityOfUser, lookUpUser } from './user-ids.ts'

/** People that are named in one finding; the rest is counted. */
const namedMax = 20
const lookUpsMax = 500

interface LookedUp {
  readonly user: RegisteredUserFacts
  readonly userid: string | null
}

export async function testConnection(given: WecomGiven): Promise<readonly RouteFinding[]> {
  const api = createApis(given)
  const library = await finding('library and session archive', () => tryLibrary(given))
  const found: LookedUp[] = []
  const unnamed = given.registeredUsers.filter(({ wecomUserid }) => (wecomUserid ?? '') === '')
  const lookUp = await finding('look-up of registered users', async () => {
    for (const user of unnamed.slice(0, lookUpsMax))
      found.push({ user, userid: await lookUpUser(api.contacts, user) })
    return problemOfLookUp(found)
  })
  const permit = await finding('users whose messages are archived', async () =>
    problemOfPermit(await permittedUsers(api.archive), given.registeredUsers, found),
  )
  const matched = found.flatMap(({ user, userid }) => (userid === null ? [] : [`${user.name} is ${userid}`]))
  return [
    library,
    callbackFinding(given),
    ...(unnamed.length === 0 ? [] : [lookUp]),
    ...matched.map((sentence) => ({ check: `look-up: ${sentence}` })),
    permit,
  ]
}

async function tryLibrary(given: WecomGiven): Promise<string | undefined> {
  const crashes: string[] = []
  const client = createRouteClient(given, {
    add: async (...notices) => {
      crashes.push(...notices.flatMap((notice) => ('gap' in notice ? [notice.gap.explanation] : [])))
    },
  })
  try {
    await createSdkSession(client, given.clock, given.signal, { attempts: 1, firstWaitMs: 0 }).page(0n, 1)
    return crashes[0]
  } finally {
    client.end()
  }
}

function callbackFinding({ secret }: WecomGiven): RouteFinding {
  const check = 'event receiver'
  if (secret.callback !== undefined) return { check }
  return { check, problem: 'Not set up: messages are pulled every five minutes instead of at once.' }
}

function problemOfLookUp(found: readonly LookedUp[]): string | undefined {
  const unknown = found.filter(({ userid }) => userid === null).map(({ user }) => user)
  if (unknown.length === 0) return undefined
  return `WeCom knows neither mobile nor e-mail of ${named(unknown)}. Give their WeCom userid in the list of registered users.`
}

/** Who is registered here but not archived there writes messages that never come. */
function problemOfPermit(
  permitted: readonly string[],
  users: readonly RegisteredUserFacts[],
  found: readonly LookedUp[],
): string | undefined {
  const archived = new Set(permitted.map((userid) => userid.toLowerCase()))
  const lookedUp = new Map(found.map(({ user, userid }) => [identityOfUser(user), userid]))
  const outside = users.filter((user) => {
    const userid = user.wecomUserid || lookedUp.get(identityOfUser(user))
    return userid ? !archived.has(userid.toLowerCase()) : false
  })
  if (outside.length === 0) return undefined
  return `WeCom does not archive ${named(outside)}. Add them to the scope of the session archive in the WeCom console, or free a licence.`
}

function named(users: readonly RegisteredUserFacts[]): string {
  const shown = users.slice(0, namedMax).map(({ name }) => name)
  const more = users.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

/** Never throws: what is wrong is the finding. */
async function finding(check: string, attempt: () => Promise<string | undefined>): Promise<RouteFinding> {
  try {
    const problem = await attempt()
    return problem === undefined ? { check } : { check, problem }
  } catch (error) {
    const problem =
      error instanceof AppError
        ? error.message
        : 'It failed for a reason this program does not know; try again.'
    return { check, problem }
  }
}
