/**
 * The configuration: the environment read once, checked as a whole, frozen. Nobody else reads
 * `process.env`. docs/operate/configuration.md is made from the table below (`npm run generate`).
 */
// Long because: one table of every variable, and what becomes of it.
import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import { type CloudName, cloudNames, clouds } from './clouds.ts'
import { type LogLevel, logLevels } from './log/logger.ts'
import { Secret } from './secret.ts'

/** What the storage's cloud was called before there was one setting for all. */
const formerClouds = { public: 'worldwide', usgovernment: 'gcc-high', china: 'china' } as const
const formerNames = Object.keys(formerClouds) as [keyof typeof formerClouds]

const storageSuffixes = cloudNames.map((name) => clouds[name].storageSuffix)

const byteUnits: Record<string, number> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 }

const bytes = z.string().transform((text, context) => {
  const [, amount = '', unit = ''] = /^(\d+)\s*(|KiB|MiB|GiB|TiB)$/.exec(text.trim()) ?? []
  const value = Number(amount) * byteUnits[unit]!
  if (amount !== '' && Number.isSafeInteger(value) && value > 0) return value
  context.addIssue({ code: 'custom', message: 'must be a size such as 2 GiB or 500 MiB' })
  return z.NEVER
})

const wholeNumber = (min: number, max: number) =>
  z.string().transform((text, context) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    context.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}` })
    return z.NEVER
  })

const databaseUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\/./.test(text) && URL.canParse(text),
    'must be a postgresql://… address',
  )
  .transform((text) => new Secret(text))

const secret = z.string().transform((text) => new Secret(text))

const mailUrl = z
  .string()
  .refine(
    (text) => /^smtps?:\/\/[^/]/.test(text) && URL.canParse(text),
    'must be an smtp://… or smtps://… address',
  )
  .transform((text) => new Secret(text))

const domainName = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'must be a domain name in lower case')

const origin = z
  .string()
  .refine(
    (text) =>
      URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).pathname === '/',
    'must be an address without a path, such as https://archive.example.com',
  )
  .transform((text) => new URL(text).origin)

const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` })

/** Every variable, in the order of the documentation. */
export const variables = z.object({
  HOLDFAST_DATA: z.string().default('./data').describe('The data folder. `--data` on the command line wins.'),
  DATABASE_URL: databaseUrl
    .optional()
    .describe(
      'A PostgreSQL server of your own (15 or newer), signed in as the role `holdfast_app`. Unset: the embedded server in the data folder.',
    ),
  DATABASE_OWNER_URL: databaseUrl
    .optional()
    .describe('The same database as the role that owns the tables; used for migrations only.'),
  HOLDFAST_DATABASE_CONNECTIONS_MAX: wholeNumber(2, 1000)
    .prefault('10')
    .describe('Most connections one process opens.'),
  HOLDFAST_HOST: z.string().default('127.0.0.1').describe('The address the portal, API and site listen on.'),
  HOLDFAST_PORT: wholeNumber(0, 65_535)
    .prefault('8080')
    .describe('The port they listen on; 0 takes a free one.'),
  HOLDFAST_PUBLIC_URL: origin
    .optional()
    .describe(
      'Where browsers reach Holdfast when that is not the address it listens on, such as `https://archive.example.com`: links, passkeys and the protection against forged requests go by it.',
    ),
  HOLDFAST_TLS_CERTIFICATE_FILE: z
    .string()
    .optional()
    .describe(
      'The certificate (PEM, with those between it and the root) to serve HTTPS with. A renewed one is taken up within ten minutes.',
    ),
  HOLDFAST_TLS_KEY_FILE: z.string().optional().describe('The private key of the certificate (PEM).'),
  HOLDFAST_ALLOW_PLAIN_HTTP: oneOf(['no', 'yes'])
    .default('no')
    .describe(
      '`yes` lets Holdfast listen beyond the machine itself without a certificate or a trusted proxy. Passwords and messages then cross the network readable.',
    ),
  HOLDFAST_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .describe(
      'Addresses or networks (`10.0.0.0/8`), with commas between, of proxies whose X-Forwarded-For, -Proto and -Host are believed.',
    ),
  HOLDFAST_LOG_LEVEL: oneOf(logLevels)
    .default('info')
    .describe(`How much is logged: ${logLevels.join(', ')}.`),
  HOLDFAST_EMAIL_DOMAIN: domainName
    .default('archive.invalid')
    .describe(
      'The domain of the addresses made for people without e-mail, and of Message-IDs. Choose it once: it is part of every stored e-mail. The default can never be delivered to (RFC 2606).',
    ),
  HOLDFAST_OBJECT_STORE: oneOf(['local', 'azure'])
    .default('local')
    .describe('Where sealed content lies: `local` (the data folder) or `azure` (Azure Blob Storage).'),
  HOLDFAST_CLOUD: oneOf(cloudNames)
    .optional()
    .describe(
      `Microsoft's cloud, for storage, sign-in and Microsoft Graph alike: ${cloudNames.join(', ')}. Unset: ${cloudNames[0]}.`,
    ),
  HOLDFAST_AZURE_CONTAINER: z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/,
      'must be a container name of 3 to 63 lower-case letters, digits and hyphens',
    )
    .optional()
    .describe('The private container.'),
  HOLDFAST_AZURE_CONNECTION_STRING: secret.optional().describe('Sign-in by connection string; or:'),
  HOLDFAST_AZURE_ACCOUNT: z
    .string()
    .optional()
    .describe('the storage account, with the key below or, without one, the Azure identity of the machine.'),
  HOLDFAST_AZURE_KEY: secret.optional().describe('The key of the storage account.'),
  HOLDFAST_AZURE_CLOUD: oneOf(formerNames)
    .optional()
    .describe(`Former name of \`HOLDFAST_CLOUD\`: ${formerNames.join(', ')}.`),
  HOLDFAST_AZURE_ENDPOINT_SUFFIX: domainName
    .optional()
    .describe(
      `The end of the account's host name. Unset: that of the cloud (${[...new Set(storageSuffixes)].join(', ')}).`,
    ),
  HOLDFAST_MAIL_URL: mailUrl
    .optional()
    .describe(
      'The mail server for letters of Holdfast itself (invitations, alerts), such as `smtps://user:password@mail.example.com`. Unset: links are shown, to be passed on by hand.',
    ),
  HOLDFAST_MAIL_FROM: z
    .string()
    .regex(/^(?:[^<>\r\n]{1,100}<)?[^\s<>@]+@[^\s<>@]+>?$/, 'must be an e-mail address, or `Name <address>`')
    .optional()
    .describe('The sender of these letters, such as `Archive <archive@example.com>`.'),
  HOLDFAST_AZURE_ARCHIVE_TIER: oneOf(['Cool', 'Cold'])
    .default('Cool')
    .describe("Azure's access tier for content that only items in the archive area need."),
  HOLDFAST_TIMESTAMP_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
    .optional()
    .describe("Where the integrity log's checkpoint of the day is timestamped (RFC 3161). Unset: by nobody."),
  HOLDFAST_WITNESS_FOLDER: z
    .string()
    .optional()
    .describe(
      "A folder that the operator of this archive cannot change, to which the integrity log's daily checkpoints are copied.",
    ),
  HOLDFAST_ESCROW_FOLDER: z
    .string()
    .optional()
    .describe(
      'Escrow of keys in a folder that somebody else administers. It is no WORM storage. Unset, and no container either: no escrow.',
    ),
  HOLDFAST_ESCROW_CONTAINER: z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/,
      'must be a container name of 3 to 63 lower-case letters, digits and hyphens',
    )
    .optional()
    .describe(
      'Escrow of keys in this container of Azure Blob Storage, which has version-level immutability.',
    ),
  HOLDFAST_ESCROW_CONNECTION_STRING: secret
    .optional()
    .describe("Sign-in to the escrow's storage account by connection string; or:"),
  HOLDFAST_ESCROW_ACCOUNT: z
    .string()
    .optional()
    .describe('the storage account of the escrow, with the key below or the Azure identity of the machine.'),
  HOLDFAST_ESCROW_KEY: secret.optional().describe("The key of the escrow's storage account."),
  HOLDFAST_ESCROW_LOCK: oneOf(['unlocked', 'locked'])
    .default('unlocked')
    .describe(
      '`locked` makes the times of the escrow final: nobody can shorten them, not even the owner of the storage. Try with `unlocked`.',
    ),
  HOLDFAST_ESCROW_PUBLIC_KEY_FILE: z
    .string()
    .optional()
    .describe("The officer's public key, to which the escrow is sealed (`holdfast escrow key`)."),
  HOLDFAST_ATTACHMENT_BYTES_MAX: bytes.prefault('2 GiB').describe('The largest attachment that is taken.'),
  HOLDFAST_JOURNAL_DAYS: z.coerce
    .number()
    .int()
    .min(1, 'must be 1 or more')
    .max(36_500)
    .prefault(30)
    .describe(
      'How many days a site keeps what the centre has taken; accounts with somebody who is held keep theirs.',
    ),
  HOLDFAST_SITE_KEY_FILE: z
    .string()
    .optional()
    .describe('The key file of the archiver site. Unset: `keys/site.key` in the data folder.'),
  HOLDFAST_CENTRE_KEY_FILE: z
    .string()
    .optional()
    .describe('The key file of the compliance centre. Unset: `keys/centre.key` in the data folder.'),
})
type Variables = z.infer<typeof variables>

/** Variables whose value is secret; the documentation says so. */
export const secretVariables: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'HOLDFAST_AZURE_CONNECTION_STRING',
  'HOLDFAST_AZURE_KEY',
  'HOLDFAST_ESCROW_CONNECTION_STRING',
  'HOLDFAST_ESCROW_KEY',
  'HOLDFAST_MAIL_URL',
])

export interface AzureObjectStoreConfig {
  readonly type: 'azure'
  readonly container: string
  readonly cloud: CloudName
  readonly endpointSuffix: string
  /** Either this, or the account with its key, or the account alone (Azure identity). */
  readonly connectionString: Secret | null
  readonly account: string | null
  readonly key: Secret | null
  /** Of what the archive area alone holds. */
  readonly archiveTier: 'Cool' | 'Cold'
}

export interface EscrowConfig {
  readonly store:
    | { readonly type: 'folder'; readonly folder: string }
    | Omit<AzureObjectStoreConfig, 'archiveTier'>
  readonly lock: 'locked' | 'unlocked'
  /** Null: nothing can be put into the escrow; whoever recovers needs none. */
  readonly publicKeyFile: string | null
}

export interface HttpConfig {
  readonly host: string
  readonly port: number
  readonly trustedProxies: readonly string[]
  /** `https://host`, without a slash at the end; null: the address listened on. */
  readonly publicUrl: string | null
  readonly certificate: { readonly certificateFile: string; readonly keyFile: string } | null
  readonly plainAllowed: boolean
}

export interface Config {
  readonly dataFolder: string
  readonly database: {
    readonly url: Secret | null
    readonly ownerUrl: Secret | null
    readonly connectionsMax: number
  }
  readonly http: HttpConfig
  readonly logLevel: LogLevel
  readonly emailDomain: string
  /** Microsoft's cloud, in which storage is and for which what signs in there is set up. */
  readonly cloud: CloudName
  readonly objectStore: { readonly type: 'local' } | AzureObjectStoreConfig
  /** Null: no mail server is set up. */
  readonly mail: { readonly url: Secret; readonly from: string } | null
  readonly attachmentBytesMax: number
  /** How long a site keeps what the centre has taken. */
  readonly journalDays: number
  /** Who else vouches for the integrity log. */
  readonly log: { readonly timestampUrl: string | null; readonly witnessFolder: string | null }
  /** Sealed copies of keys in storage of their own; null: none. */
  readonly escrow: EscrowConfig | null
  /** Null: the vault's own place in the data folder. */
  readonly siteKeyFile: string | null
  readonly centreKeyFile: string | null
}

/**
 * Reads the configuration. An empty variable counts as unset.
 * Throws one AppError `bad-config` that names every bad variable (never its value).
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()))
  const parsed = variables.safeParse(given)
  const problems = [...(parsed.error?.issues.map(problemOf) ?? []), ...contradictions(given)]
  if (problems.length > 0 || !parsed.success) {
    const message = `The configuration has ${problems.length} bad variable${problems.length > 1 ? 's' : ''}: ${problems.map((problem) => problem.text).join('; ')}.`
    throw new AppError('bad-config', message, {
      details: { variables: problems.map((problem) => problem.variable) },
    })
  }
  return deepFreeze(toConfig(parsed.data))
}

interface Problem {
  readonly variable: string
  readonly text: string
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  const variable = String(issue.path[0])
  return { variable, text: `${variable} ${issue.message}` }
}

/** Rules over several variables, checked on what was given so that they are named together with the others. */
function contradictions(given: Record<string, string | undefined>): Problem[] {
  const problems: Problem[] = []
  const add = (variable: string, why: string) => problems.push({ variable, text: `${variable} ${why}` })
  if (given.DATABASE_OWNER_URL && !given.DATABASE_URL)
    add('DATABASE_OWNER_URL', 'is set without DATABASE_URL')
  if (given.HOLDFAST_TLS_CERTIFICATE_FILE && !given.HOLDFAST_TLS_KEY_FILE)
    add('HOLDFAST_TLS_KEY_FILE', 'is needed beside HOLDFAST_TLS_CERTIFICATE_FILE')
  if (given.HOLDFAST_TLS_KEY_FILE && !given.HOLDFAST_TLS_CERTIFICATE_FILE)
    add('HOLDFAST_TLS_CERTIFICATE_FILE', 'is needed beside HOLDFAST_TLS_KEY_FILE')
  if (given.HOLDFAST_MAIL_URL && !given.HOLDFAST_MAIL_FROM)
    add('HOLDFAST_MAIL_FROM', 'is needed beside HOLDFAST_MAIL_URL')
  if (given.HOLDFAST_MAIL_FROM && !given.HOLDFAST_MAIL_URL)
    add('HOLDFAST_MAIL_URL', 'is needed beside HOLDFAST_MAIL_FROM')
  if (given.HOLDFAST_ESCROW_FOLDER && given.HOLDFAST_ESCROW_CONTAINER)
    add('HOLDFAST_ESCROW_FOLDER', 'and HOLDFAST_ESCROW_CONTAINER are both set: keep one')
  if (
    given.HOLDFAST_ESCROW_CONTAINER &&
    !given.HOLDFAST_ESCROW_CONNECTION_STRING &&
    !given.HOLDFAST_ESCROW_ACCOUNT
  )
    add(
      'HOLDFAST_ESCROW_ACCOUNT',
      'or HOLDFAST_ESCROW_CONNECTION_STRING is needed beside HOLDFAST_ESCROW_CONTAINER',
    )
  if (given.HOLDFAST_OBJECT_STORE !== 'azure') return problems
  if (!given.HOLDFAST_AZURE_CONTAINER) add('HOLDFAST_AZURE_CONTAINER', 'is needed for the object store azure')
  if (!given.HOLDFAST_AZURE_CONNECTION_STRING && !given.HOLDFAST_AZURE_ACCOUNT)
    add('HOLDFAST_AZURE_ACCOUNT', 'or HOLDFAST_AZURE_CONNECTION_STRING is needed for the object store azure')
  if (given.HOLDFAST_AZURE_CONNECTION_STRING && given.HOLDFAST_AZURE_ACCOUNT)
    add('HOLDFAST_AZURE_ACCOUNT', 'and HOLDFAST_AZURE_CONNECTION_STRING are both set: keep one')
  return problems
}

function toConfig(given: Variables): Config {
  return {
    dataFolder: given.HOLDFAST_DATA,
    database: {
      url: given.DATABASE_URL ?? null,
      ownerUrl: given.DATABASE_OWNER_URL ?? null,
      connectionsMax: given.HOLDFAST_DATABASE_CONNECTIONS_MAX,
    },
    http: httpConfig(given),
    logLevel: given.HOLDFAST_LOG_LEVEL,
    emailDomain: given.HOLDFAST_EMAIL_DOMAIN,
    cloud: cloudOf(given),
    objectStore: given.HOLDFAST_OBJECT_STORE === 'local' ? { type: 'local' } : azureConfig(given),
    mail: mailConfig(given),
    attachmentBytesMax: given.HOLDFAST_ATTACHMENT_BYTES_MAX,
    journalDays: given.HOLDFAST_JOURNAL_DAYS,
    log: {
      timestampUrl: given.HOLDFAST_TIMESTAMP_URL ?? null,
      witnessFolder: given.HOLDFAST_WITNESS_FOLDER ?? null,
    },
    escrow: escrowConfig(given),
    siteKeyFile: given.HOLDFAST_SITE_KEY_FILE ?? null,
    centreKeyFile: given.HOLDFAST_CENTRE_KEY_FILE ?? null,
  }
}

function mailConfig({ HOLDFAST_MAIL_URL: url, HOLDFAST_MAIL_FROM: from }: Variables): Config['mail'] {
  return url && from ? { url, from } : null
}

function httpConfig(given: Variables): HttpConfig {
  const { HOLDFAST_TLS_CERTIFICATE_FILE: certificateFile, HOLDFAST_TLS_KEY_FILE: keyFile } = given
  return {
    host: given.HOLDFAST_HOST,
    port: given.HOLDFAST_PORT,
    trustedProxies: given.HOLDFAST_TRUSTED_PROXIES,
    publicUrl: given.HOLDFAST_PUBLIC_URL ?? null,
    certificate: certificateFile && keyFile ? { certificateFile, keyFile } : null,
    plainAllowed: given.HOLDFAST_ALLOW_PLAIN_HTTP === 'yes',
  }
}

function cloudOf({ HOLDFAST_CLOUD: cloud, HOLDFAST_AZURE_CLOUD: former }: Variables): CloudName {
  return cloud ?? (former ? formerClouds[former] : 'worldwide')
}

function azureConfig(given: Variables): AzureObjectStoreConfig {
  return {
    type: 'azure',
    container: given.HOLDFAST_AZURE_CONTAINER!,
    cloud: cloudOf(given),
    endpointSuffix: given.HOLDFAST_AZURE_ENDPOINT_SUFFIX ?? clouds[cloudOf(given)].storageSuffix,
    connectionString: given.HOLDFAST_AZURE_CONNECTION_STRING ?? null,
    account: given.HOLDFAST_AZURE_ACCOUNT ?? null,
    key: given.HOLDFAST_AZURE_KEY ?? null,
    archiveTier: given.HOLDFAST_AZURE_ARCHIVE_TIER,
  }
}

function escrowConfig(given: Variables): EscrowConfig | null {
  const folder = given.HOLDFAST_ESCROW_FOLDER
  const container = given.HOLDFAST_ESCROW_CONTAINER
  const common = {
    lock: given.HOLDFAST_ESCROW_LOCK,
    publicKeyFile: given.HOLDFAST_ESCROW_PUBLIC_KEY_FILE ?? null,
  }
  if (folder) return { ...common, store: { type: 'folder', folder } }
  if (!container) return null
  const store = {
    type: 'azure',
    container,
    cloud: cloudOf(given),
    endpointSuffix: clouds[cloudOf(given)].storageSuffix,
    connectionString: given.HOLDFAST_ESCROW_CONNECTION_STRING ?? null,
    account: given.HOLDFAST_ESCROW_ACCOUNT ?? null,
    key: given.HOLDFAST_ESCROW_KEY ?? null,
  } as const
  return { ...common, store }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
