/** Contacts and history of the route's numbers, each asked for once: what was asked is remembered in the route's folder. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'
import type { RouteFinding, RouteGiven } from '../live-source.ts'
import { requestSyncs, type SyncRequests, syncTypes } from './onboarding.ts'
import type { WhatsappCloudRouteSettings, WhatsappCloudSecret } from './settings.ts'

const fileName = 'sync-requests.json'
const remembered = z.record(
  z.string(),
  z.object({
    /** When it was first asked, ms since 1970 UTC: not before the sign-up, so Meta's 24 hours are over a day later. */
    begunAt: z.number(),
    requests: z.partialRecord(z.enum(syncTypes), z.object({ requestId: z.string(), at: z.number() })),
  }),
)
type Remembered = z.infer<typeof remembered>

const words = { smb_app_state_sync: 'contacts', history: 'history' } as const

export async function syncRoute(
  given: RouteGiven<WhatsappCloudRouteSettings, WhatsappCloudSecret>,
): Promise<readonly RouteFinding[]> {
  const { settings, secret, clock, folder } = given
  if (secret.accessToken === undefined)
    return [{ check: 'access token', problem: 'There is none: add a system user’s token to the secret.' }]
  if (settings.phoneNumberIds.length === 0)
    return [{ check: 'phone numbers', problem: 'None is named: add their ids to phoneNumberIds.' }]
  const known = await readRemembered(folder)
  const findings: RouteFinding[] = []
  for (const phoneNumberId of settings.phoneNumberIds) {
    const { begunAt, requests } = known[phoneNumberId] ?? { begunAt: clock.now(), requests: {} }
    const number = { phoneNumberId, onboardedAt: begunAt, now: clock.now() }
    const keep = async (told: SyncRequests) => {
      known[phoneNumberId] = { begunAt, requests: told }
      await writeRemembered(folder, known)
    }
    known[phoneNumberId] = { begunAt, requests }
    await writeRemembered(folder, known)
    const problem = await requestSyncs(given, number, requests as SyncRequests, keep).then(
      () => null,
      problemOf,
    )
    findings.push(...findingsOf(phoneNumberId, known[phoneNumberId].requests as SyncRequests, problem))
  }
  return findings
}

/** One line for contacts and one for history; the problem stands at the first that Meta has not taken. */
function findingsOf(number: string, requests: SyncRequests, problem: string | null): RouteFinding[] {
  const missing = syncTypes.find((type) => !requests[type])
  return syncTypes.flatMap((type): RouteFinding[] => {
    const check = `${words[type]} of number ${number}`
    const request = requests[type]
    if (request) return [{ check, result: `asked for at ${new Date(request.at).toISOString()}` }]
    return type === missing && problem !== null ? [{ check, problem }] : []
  })
}

function problemOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'Meta could not be asked; try it again.'
}

async function readRemembered(folder: string): Promise<Remembered> {
  const text = await readFile(join(folder, fileName), 'utf8').catch(() => '{}')
  const read = remembered.safeParse(JSON.parse(text))
  return read.success ? read.data : {}
}

/** Whole or not at all. */
async function writeRemembered(folder: string, value: Remembered): Promise<void> {
  const path = join(folder, fileName)
  await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
}
