/** Which WeCom userid is which registered user: by their own list, else looked up by mobile number and e-mail address. */
import { z } from 'zod'
import type { Clock } from '../../../platform/clock.ts'
import type { RegisteredUserFacts } from '../../source.ts'
import { readFolderFile, writeFolderFile } from './folder-file.ts'
import type { Qyapi } from './qyapi.ts'
import { userByEmail, userByMobile } from './qyapi-calls.ts'

const fileName = 'user-ids.json'
const renamesName = 'renames.json'
const remembered = z.record(z.string(), z.object({ userid: z.string().nullable(), at: z.number() }))
type Remembered = z.infer<typeof remembered>
const renames = z.record(z.string(), z.string())

/** WeCom cannot be asked by name, and userids change: asked again after so long. */
const freshMs = 24 * 60 * 60 * 1000
const lookUpsAtOnce = 200
/** After a failure of the API: messages are more important than names. */
const silentMs = 10 * 60 * 1000

/** The person in the directory: the mobile number, else the address. */
export function identityOfUser({ mobile, email }: RegisteredUserFacts): string {
  return mobile === '' ? email : mobile
}

export interface UserIds {
  /**
   * Identity of each registered user by userid in lower case, renamed ones under both names. Asks WeCom for those whose
   * userid nobody gave; when it does not answer, what is remembered has to do.
   */
  custodians(users: readonly RegisteredUserFacts[]): Promise<ReadonlyMap<string, string>>
}

export async function openUserIds(folder: string, clock: Clock, api: Qyapi): Promise<UserIds> {
  const known = await readFolderFile<Remembered>(folder, fileName, remembered, {})
  let silentUntil = Number.NEGATIVE_INFINITY
  const isDue = (user: RegisteredUserFacts) =>
    (user.wecomUserid ?? '') === '' &&
    clock.now() - (known[identityOfUser(user)]?.at ?? Number.NEGATIVE_INFINITY) >= freshMs
  const learn = async (users: readonly RegisteredUserFacts[]) => {
    const due = clock.now() < silentUntil ? [] : users.filter(isDue).slice(0, lookUpsAtOnce)
    if (due.length === 0) return
    try {
      for (const user of due)
        known[identityOfUser(user)] = { userid: await lookUpUser(api, user), at: clock.now() }
    } catch {
      // The connection's test tells why WeCom does not answer.
      silentUntil = clock.now() + silentMs
    }
    await writeFolderFile(folder, fileName, known)
  }
  return {
    async custodians(users) {
      await learn(users)
      const custodians = new Map<string, string>()
      for (const user of users) {
        const userid = user.wecomUserid || known[identityOfUser(user)]?.userid
        if (userid) custodians.set(userid.toLowerCase(), identityOfUser(user))
      }
      return withRenames(custodians, await readFolderFile(folder, renamesName, renames, {}))
    },
  }
}

/** The userid of a registered user by mobile number, else by address; null for nobody. Throws AppError. */
export async function lookUpUser(api: Qyapi, { mobile, email }: RegisteredUserFacts): Promise<string | null> {
  const byMobile = mobile === '' ? null : await userByMobile(api, mobile)
  return byMobile ?? (email === '' ? null : await userByEmail(api, email))
}

/** Remembers that WeCom changed a userid; the same rename again changes nothing. */
export async function noteRename(folder: string, before: string, after: string): Promise<void> {
  const known = await readFolderFile(folder, renamesName, renames, {})
  if (known[before.toLowerCase()] === after.toLowerCase()) return
  await writeFolderFile(folder, renamesName, { ...known, [before.toLowerCase()]: after.toLowerCase() })
}

function withRenames(
  custodians: Map<string, string>,
  renamed: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  for (const [before, after] of Object.entries(renamed)) {
    const [older, newer] = [custodians.get(before), custodians.get(after)]
    if (older !== undefined && newer === undefined) custodians.set(after, older)
    if (newer !== undefined && older === undefined) custodians.set(before, newer)
  }
  return custodians
}
