/** Authenticator apps: six digits from a shared secret and the time (RFC 6238). */
import { generateURI, verify } from 'otplib'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { AccessParts } from './parts.ts'
import type { Principal } from './principal.ts'
import { confirmSession } from './sessions.ts'
import { readSettings } from './settings.ts'

/** 160 bits, as RFC 4226 §4 recommends. */
const secretBytes = 20
/** One step of thirty seconds before and after, for clocks that differ and slow typing (RFC 6238 §5.2). */
const toleranceSeconds = 30

/**
 * Takes a code of the person's app, in the transaction of what it proves; false for a wrong one and for one of a
 * time step that a code was taken for before.
 */
export async function takeCode(
  transaction: Queries,
  parts: AccessParts,
  userId: number,
  code: string,
): Promise<boolean> {
  const row = await transaction
    .selectFrom('app_user')
    .select('sealed_totp_secret')
    .where('id', '=', userId)
    .executeTakeFirst()
  if (!row?.sealed_totp_secret) return false
  const step = await timeStepOf(parts, userId, row.sealed_totp_secret, code)
  return step !== null && spendStep(transaction, userId, step)
}

async function timeStepOf(
  parts: AccessParts,
  userId: number,
  sealed: Buffer,
  code: string,
): Promise<number | null> {
  if (!/^\d{6}$/.test(code)) return null
  const secret = await parts.vault.open(purposeOf(userId), sealed)
  const epoch = Math.floor(parts.clock.now() / 1000)
  const result = await verify({ secret, token: code, epoch, epochTolerance: toleranceSeconds })
  return result.valid && 'timeStep' in result ? result.timeStep : null
}

/** No code counts twice, even of two that come at once: the row is the judge. */
async function spendStep(transaction: Queries, userId: number, step: number): Promise<boolean> {
  const used = await transaction
    .updateTable('app_user')
    .set({ totp_last_step: step })
    .where('id', '=', userId)
    .where((row) => row.or([row('totp_last_step', 'is', null), row('totp_last_step', '<', BigInt(step))]))
    .returning('id')
    .executeTakeFirst()
  return used !== undefined
}

/** A new secret, as text and as the address that apps read from a picture. It waits for its first code. */
export async function beginTotp(parts: AccessParts, by: Principal): Promise<{ secret: string; uri: string }> {
  const bytes = parts.random.bytes(secretBytes)
  const secret = base32(bytes)
  const { organisation } = await readSettings(parts.queries)
  const sealed = await parts.vault.seal(purposeOf(by.userId), bytes)
  await parts.queries.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('app_user')
      .set({ sealed_new_totp_secret: Buffer.from(sealed) })
      .where('id', '=', by.userId)
      .execute()
    await auditTotp(transaction, parts, by, 'begun')
  })
  const issuer = organisation ? `Holdfast ${organisation}` : 'Holdfast'
  return { secret, uri: generateURI({ issuer, label: by.username, secret }) }
}

/** The first code of the new secret: from now on it is asked for. Throws `code-refused`, `last-credential`. */
export async function confirmTotp(parts: AccessParts, by: Principal, code: string): Promise<void> {
  await parts.queries.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom('app_user')
      .select(['password_hash', 'sealed_new_totp_secret'])
      .where('id', '=', by.userId)
      .executeTakeFirstOrThrow()
    if (row.password_hash === null) {
      throw new AppError('last-credential', 'Set a password first: the code is asked for after it.')
    }
    const sealed = row.sealed_new_totp_secret
    const step = sealed ? await timeStepOf(parts, by.userId, sealed, code) : null
    if (step === null) {
      throw new AppError(
        'code-refused',
        'This is not the code the app shows now; check that its clock is right and take the next one.',
      )
    }
    await transaction
      .updateTable('app_user')
      .set({ sealed_totp_secret: sealed, sealed_new_totp_secret: null, totp_last_step: step })
      .where('id', '=', by.userId)
      .execute()
    if (by.session) await confirmSession(transaction, parts, by.session.id, 'password+totp')
    await auditTotp(transaction, parts, by, 'confirmed')
  })
}

/** No code is asked for any more. Throws `last-credential` where the settings ask for a second factor and there is no passkey. */
export async function removeTotp(parts: AccessParts, by: Principal): Promise<void> {
  const { secondFactorRequired } = await readSettings(parts.queries)
  await parts.queries.transaction().execute(async (transaction) => {
    const passkey = await transaction
      .selectFrom('passkey')
      .select('id')
      .where('user_id', '=', by.userId)
      .executeTakeFirst()
    if (secondFactorRequired && !passkey) {
      throw new AppError(
        'last-credential',
        'A second factor is required here: add a passkey first, or set up another app instead of removing this one.',
      )
    }
    await transaction
      .updateTable('app_user')
      .set({ sealed_totp_secret: null, sealed_new_totp_secret: null })
      .where('id', '=', by.userId)
      .execute()
    await auditTotp(transaction, parts, by, 'removed')
  })
}

async function auditTotp(
  transaction: Queries,
  parts: AccessParts,
  by: Principal,
  change: 'begun' | 'confirmed' | 'removed',
): Promise<void> {
  await appendAudit(transaction, {
    at: parts.clock.now(),
    operation: 'change-totp',
    target: by.username,
    outcome: 'succeeded',
    details: { change },
  })
}

/** Bound to its owner, so that a row's secret is worth nothing in another row. */
function purposeOf(userId: number): string {
  return `authenticator app of user ${userId}`
}

/** RFC 4648 §6 without padding; twenty bytes are thirty-two letters. */
function base32(bytes: Uint8Array): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => letters[Number.parseInt(five, 2)]).join('')
}
