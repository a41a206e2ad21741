/** One registered user, as an administrator edits him. */
import { normaliseEmail } from '../domain/email-address.ts'
import { AppError } from '../domain/errors.ts'
import { normalisePhone } from '../domain/phone.ts'
import { phoneProblem } from '../domain/registered-users.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { SiteAccount } from './accounts.ts'
import type { SiteParts } from './parts.ts'

/** As written; checked and normalised here. */
export interface UserInput {
  readonly name: string
  readonly mobile: string
  readonly email: string
  readonly wecomUserid: string | null
}

/** Registers a user, his earlier messages included; answers the row's id. Throws `registered-user-refused`. */
export async function addUser(parts: SiteParts, account: SiteAccount, input: UserInput): Promise<number> {
  const values = checked(input)
  return changing(parts, account, async (transaction) => {
    await refuseTaken(transaction, account, values, null)
    const id = await insertUser(transaction, account, values, null)
    return { id, act: 'add' }
  })
}

/**
 * Corrects a registered user; answers the id of the row that holds now. Another e-mail address for the same number
 * means that the number passed on: the former holder's row ends and a new one begins. Throws
 * `registered-user-refused`, `registered-user-not-found`.
 */
export async function changeUser(
  parts: SiteParts,
  account: SiteAccount,
  userId: number,
  input: UserInput,
): Promise<number> {
  const values = checked(input)
  return changing(parts, account, async (transaction, now) => {
    const current = await currentUser(transaction, account, userId)
    await refuseTaken(transaction, account, values, userId)
    if (current.mobile === values.mobile && current.email !== values.email) {
      await endRow(transaction, userId, now)
      return { id: await insertUser(transaction, account, values, now), act: 'pass-on' }
    }
    await transaction.updateTable('site_registered_user').set(values).where('id', '=', userId).execute()
    return { id: userId, act: 'change' }
  })
}

/** The person no longer has the number from now on. Throws `registered-user-not-found`. */
export async function endUser(parts: SiteParts, account: SiteAccount, userId: number): Promise<number> {
  return changing(parts, account, async (transaction, now) => {
    await currentUser(transaction, account, userId)
    await endRow(transaction, userId, now)
    return { id: userId, act: 'end' }
  })
}

interface Changed {
  readonly id: number
  readonly act: 'add' | 'change' | 'pass-on' | 'end'
}

async function changing(
  parts: SiteParts,
  account: SiteAccount,
  work: (transaction: Queries, now: Date) => Promise<Changed>,
): Promise<number> {
  return parts.database.transaction().execute(async (transaction) => {
    const now = new Date(parts.clock.now())
    // Two administrators who register one number at the same moment come one after the other.
    await transaction
      .selectFrom('site_account')
      .select('id')
      .where('id', '=', account.id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const { id, act } = await work(transaction, now)
    await appendAudit(transaction, {
      at: now.getTime(),
      operation: 'change-user',
      target: account.name,
      outcome: 'succeeded',
      details: { act, user: id },
    })
    return id
  })
}

interface UserValues {
  readonly name: string
  readonly mobile: string
  readonly email: string
  readonly wecom_userid: string | null
}

function checked(input: UserInput): UserValues {
  const mobile = normalisePhone(input.mobile)
  const email = normaliseEmail(input.email)
  const wecomUserid = input.wecomUserid?.trim().toLowerCase() ?? ''
  if (mobile === null) throw refused('mobile', `The mobile number ${phoneProblem(input.mobile.trim())}.`)
  if (email === null) throw refused('email', `"${input.email}" is not an e-mail address.`)
  if (input.name.trim() === '') throw refused('name', 'The name is empty.')
  return {
    ...{ name: input.name.trim(), mobile, email },
    wecom_userid: wecomUserid === '' ? null : wecomUserid,
  }
}

function refused(column: string, message: string): AppError {
  return new AppError('registered-user-refused', message, { details: { column } })
}

async function refuseTaken(
  transaction: Queries,
  account: SiteAccount,
  { mobile, wecom_userid }: UserValues,
  but: number | null,
): Promise<void> {
  const others = await transaction
    .selectFrom('site_registered_user')
    .select(['name', 'mobile', 'wecom_userid'])
    .where('account_id', '=', account.id)
    .where('valid_to', 'is', null)
    .where('id', '<>', but ?? 0)
    .where((either) =>
      either.or([
        either('mobile', '=', mobile),
        ...(wecom_userid === null ? [] : [either('wecom_userid', '=', wecom_userid)]),
      ]),
    )
    .execute()
  for (const other of others) {
    if (other.mobile === mobile)
      throw refused('mobile', `${other.name} is registered with this number; change that user instead.`)
    throw refused(
      'wecomUserid',
      `${other.name} is registered with this WeCom user id; change that user instead.`,
    )
  }
}

async function insertUser(
  transaction: Queries,
  account: SiteAccount,
  values: UserValues,
  validFrom: Date | null,
): Promise<number> {
  const { id } = await transaction
    .insertInto('site_registered_user')
    .values({ account_id: account.id, ...values, valid_from: validFrom })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

async function endRow(transaction: Queries, userId: number, now: Date): Promise<void> {
  await transaction
    .updateTable('site_registered_user')
    .set({ valid_to: now })
    .where('id', '=', userId)
    .execute()
}

/** A former holder's row is history. */
async function currentUser(transaction: Queries, account: SiteAccount, userId: number) {
  const row = await transaction
    .selectFrom('site_registered_user')
    .selectAll()
    .where('account_id', '=', account.id)
    .where('id', '=', userId)
    .executeTakeFirst()
  if (row && row.valid_to === null) return row
  throw new AppError(
    'registered-user-not-found',
    row
      ? `${row.name} no longer has this number; that is kept as it was.`
      : `The account "${account.name}" has no such registered user; look at its list.`,
  )
}
