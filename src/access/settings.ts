import type { Queries } from '../platform/postgres/index.ts'

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

const standardSettings: Settings = {
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
