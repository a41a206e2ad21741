/** The keys that sites seal to: made here, so that only this centre ever has the private halves. */
import { appendAudit } from '../platform/audit/audit.ts'
import { generateKeyPair, publicKeyFingerprint } from '../platform/sealing/index.ts'
import type { ConnectorParts } from './parts.ts'

/** What the private halves are sealed for. */
export const accountKeyPurpose = 'account-private-key'

/** Makes a pair, keeps the private half sealed, and answers the public one (32 bytes, X25519). */
export async function createAccountKey(
  parts: Pick<ConnectorParts, 'queries' | 'vault' | 'clock' | 'random'>,
  actor?: string,
): Promise<Buffer> {
  const { publicKey, privateKey } = generateKeyPair(parts.random)
  const sealed = Buffer.from(await parts.vault.seal(accountKeyPurpose, privateKey))
  const now = parts.clock.now()
  await parts.queries.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('account_key')
      .values({ public_key: publicKey, sealed_private_key: sealed, created_at: new Date(now) })
      .execute()
    await appendAudit(transaction, {
      at: now,
      actor,
      operation: 'create-account-key',
      target: publicKeyFingerprint(publicKey),
      outcome: 'succeeded',
    })
  })
  return publicKey
}
