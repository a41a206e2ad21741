import { AppError } from '../domain/errors.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { type Author, auditChange } from './audit.ts'
import type { AccessParts } from './parts.ts'

/** What an administrator may change while the program runs. */
export interface Settings {
  readonly organisation: string | null
  readonly languages: { readonly standard: string }
  /** Acts that need a second person. */
  readonly approvals: {
    readonly holdRelease: boolean
    readonly disposition: boolean
    readonly bulkExport: boolean
    readonly roleGrants: boolean
    readonly exclusions: boolean
  }
  readonly sessions: {
    readonly idleMinutes: number
    readonly absoluteHours: number
    readonly confirmMinutes: number
  }
  readonly secondFactorRequired: boolean
  readonly provider: ProviderSettings | null
  /** The organisation's own terms of a connector; null where Holdfast's are shown. */
  readonly termsText: string | null
}

export interface ProviderSettings {
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  /** Base64 of what the vault sealed; null for a public client. */
  readonly sealedClientSecret: string | null
  readonly groupsClaim: string
  readonly createsUsers: boolean
}

export const standardSettings: Settings = {
  organisation: null,
  languages: { standard: 'en' },
  approvals: {
    holdRelease: false,
    disposition: false,
    bulkExport: false,
    roleGrants: true,
    exclusions: false,
  },
  sessions: { idleMinutes: 60, absoluteHours: 12, confirmMinutes: 10 },
  secondFactorRequired: false,
  provider: null,
  termsText: null,
}

/** The settings as they are now; what nobody has changed is as a new installation has it. */
export async function readSettings(queries: Queries): Promise<Settings> {
  const rows = await queries.selectFrom('setting').select(['name', 'value']).execute()
  return { ...standardSettings, ...Object.fromEntries(rows.map(({ name, value }) => [name, value])) }
}

/** What a change of settings may carry; what is absent stays. */
export type SettingsChange = Partial<Settings>

/** Writes settings that differ from what they were, in the transaction, with their audit event. */
export async function writeSettings(
  transaction: Queries,
  parts: AccessParts,
  change: SettingsChange,
  author: Author,
): Promise<void> {
  const before = await readSettings(transaction)
  const names = (Object.keys(change) as (keyof Settings)[]).filter(
    (name) => JSON.stringify(change[name]) !== JSON.stringify(before[name]),
  )
  for (const name of names) {
    const written = {
      value: JSON.stringify(change[name] ?? null),
      changed_by: author.username,
      changed_at: new Date(parts.clock.now()),
    }
    await transaction
      .insertInto('setting')
      .values({ name, ...written })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(written))
      .execute()
  }
  await auditChange(transaction, parts, author, {
    operation: 'change-settings',
    target: 'settings',
    details: { changed: names, ...valuesTold(change, names) },
  })
}

/** The new values an auditor wants to see; neither the client secret nor the terms' text. */
function valuesTold(change: SettingsChange, names: readonly (keyof Settings)[]): object {
  const told: Record<string, unknown> = {}
  for (const name of names) {
    if (name === 'termsText') continue
    if (name !== 'provider' || !change.provider) told[name] = change[name]
    else {
      const { sealedClientSecret, ...open } = change.provider
      told[name] = { ...open, hasClientSecret: sealedClientSecret !== null }
    }
  }
  return told
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** The issuer as an address. Throws `bad-settings` unless it is https, or http on this very machine. */
export function issuerAddress(issuer: string): URL {
  const address = URL.canParse(issuer) ? new URL(issuer) : null
  if (address?.protocol === 'https:' || (address?.protocol === 'http:' && loopback.test(address.hostname))) {
    return address
  }
  throw new AppError(
    'bad-settings',
    'The issuer of the sign-in provider must be an https:// address, as its documentation names it.',
  )
}

const clientSecretPurpose = 'client secret of the sign-in provider'

export async function sealClientSecret(parts: AccessParts, secret: string): Promise<string> {
  const sealed = await parts.vault.seal(clientSecretPurpose, Buffer.from(secret))
  return Buffer.from(sealed).toString('base64')
}

export async function openClientSecret(
  parts: AccessParts,
  provider: ProviderSettings,
): Promise<string | null> {
  if (provider.sealedClientSecret === null) return null
  const sealed = Buffer.from(provider.sealedClientSecret, 'base64')
  return Buffer.from(await parts.vault.open(clientSecretPurpose, sealed)).toString()
}
