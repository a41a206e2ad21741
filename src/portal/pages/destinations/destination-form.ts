/** What the kinds of destinations ask for: from fields to settings and secret, as their adapters check them. */
import type { InputOf } from '../../api/client.ts'
import {
  type ApplicationFields,
  applicationSecretOf,
  applicationSettingsOf,
  emptyApplication,
  isApplicationFilled,
} from './application-form.ts'
import type { Destination, Kind, loginLabels, tlsLabels } from './labels.ts'
import { readMailboxPasswords } from './mailbox-passwords.ts'

export type Given = Pick<InputOf<'createDestination'>['body'], 'settings' | 'secret'>
type Settings = Given['settings']

/** Every field as it stands; a kind reads its own. Secrets are empty until somebody types them. */
export interface Fields extends ApplicationFields {
  readonly name: string
  readonly kind: Kind
  readonly host: string
  readonly port: string
  readonly tls: keyof typeof tlsLabels
  readonly certificateAuthority: string
  readonly login: keyof typeof loginLabels
  readonly masterUser: string
  readonly tokenAddress: string
  readonly scope: string
  readonly folderPrefix: string
  readonly connections: string
  readonly to: string
  readonly from: string
  readonly user: string
  readonly password: string
  readonly passwords: string
  readonly accessToken: string
}

const empty: Fields = {
  ...emptyApplication,
  ...{ name: '', kind: 'exchange-online', host: '', port: '', tls: 'tls' },
  ...{ certificateAuthority: '', login: 'master-user', masterUser: '', tokenAddress: '', scope: '' },
  ...{ folderPrefix: '', connections: '4', to: '', from: '', user: '' },
  ...{ password: '', passwords: '', accessToken: '' },
}

/** The ports that mail servers listen at. */
const ports = {
  imap: { tls: '993', starttls: '143', 'none-loopback-only': '143' },
  'smtp-journal': { tls: '465', starttls: '25', 'none-loopback-only': '25' },
} as const

/** Fields of a destination that is not there yet. */
export function emptyFields(kind: Kind): Fields {
  if (kind === 'exchange-online') return { ...empty, kind }
  const tls = kind === 'imap' ? 'tls' : 'starttls'
  return { ...empty, kind, tls, port: ports[kind][tls] }
}

/** Another encryption brings its port along, where nobody has typed one of his own. */
export function withTls(fields: Fields, tls: Fields['tls']): Fields {
  if (fields.kind === 'exchange-online') return fields
  const usual: Readonly<Record<string, string>> = ports[fields.kind]
  const own = fields.port !== '' && !Object.values(usual).includes(fields.port)
  return { ...fields, tls, port: own ? fields.port : usual[tls]! }
}

/** Fields of a destination as it is kept; its secrets stay where they are. */
export function fieldsOf({ name, kind, settings }: Destination): Fields {
  const oauth = (settings.oauth ?? {}) as Readonly<Record<string, unknown>>
  const words = Object.entries({ ...settings, ...oauth }).flatMap(([key, value]) =>
    key in empty && (typeof value === 'string' || typeof value === 'number') ? [[key, String(value)]] : [],
  )
  const login =
    settings.login === 'oauth' ? (settings.oauth ? 'oauth-secret' : 'oauth-token') : settings.login
  return { ...emptyFields(kind), ...Object.fromEntries(words), name, kind, ...(login ? { login } : {}) }
}

/** Settings out of the fields; what is kept and has no field here stays as it is. */
export function settingsOf(fields: Fields, kept: Destination['settings'] = {}): Settings {
  const settings = { ...(kept as Settings), ...settingsOfKind[fields.kind](fields) }
  // A field that was emptied is no setting any more.
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Settings
}

type Some = Readonly<Record<string, Settings[string] | undefined>>

const settingsOfKind: Record<Kind, (fields: Fields) => Some> = {
  'exchange-online': (fields) => applicationSettingsOf(fields),
  imap: (fields) => ({
    ...serverOf(fields),
    login: fields.login.startsWith('oauth') ? 'oauth' : fields.login,
    masterUser: fields.login === 'master-user' ? fields.masterUser.trim() : undefined,
    oauth:
      fields.login === 'oauth-secret'
        ? {
            tokenAddress: fields.tokenAddress.trim(),
            clientId: fields.clientId.trim(),
            scope: fields.scope.trim(),
          }
        : undefined,
    folderPrefix: fields.folderPrefix.trim() || undefined,
    connections: Number(fields.connections),
  }),
  'smtp-journal': (fields) => ({
    ...serverOf(fields),
    to: fields.to.trim(),
    from: fields.from.trim(),
    user: fields.user.trim() || undefined,
  }),
}

function serverOf({ host, port, tls, certificateAuthority }: Fields): Some {
  return {
    ...{ host: host.trim(), port: Number(port), tls },
    certificateAuthority: certificateAuthority.trim() || undefined,
  }
}

/** The secret that was typed; null where none was. A kind that signs in without one has an empty one. */
export function secretOf(fields: Fields): Given['secret'] | null {
  const one = (name: string, text: string) => (text === '' ? null : { [name]: text })
  if (fields.kind === 'exchange-online') {
    return fields.credential === 'managed-identity' ? {} : applicationSecretOf(fields)
  }
  if (fields.kind === 'smtp-journal') return fields.user.trim() === '' ? {} : one('password', fields.password)
  if (fields.login === 'master-user') return one('password', fields.password)
  if (fields.login === 'oauth-secret') return one('clientSecret', fields.clientSecret.trim())
  if (fields.login === 'oauth-token') return one('accessToken', fields.accessToken.trim())
  const { passwords } = readMailboxPasswords(fields.passwords)
  return Object.keys(passwords).length === 0 ? null : { passwords }
}

/** Whether a secret that is kept is of the kind that the fields ask for. */
export function keepsSecret(fields: Fields, kept: Destination | null): boolean {
  if (kept === null) return false
  const before = fieldsOf(kept)
  if (fields.kind === 'smtp-journal' && before.user === '') return false
  return secretFor[fields.kind].every((name) => before[name] === fields[name])
}

/** What a kept secret is for, as the server has it: with another one of these it is given again. */
const secretFor = {
  'exchange-online': ['cloud', 'tenantId', 'clientId', 'credential'],
  imap: ['host', 'tls', 'login', 'masterUser', 'tokenAddress', 'clientId', 'scope'],
  'smtp-journal': ['host', 'tls', 'user'],
} as const satisfies Record<Kind, readonly (keyof Fields)[]>

/** Whether everything a kind cannot do without is filled in. */
export function isFilled(fields: Fields, kept: Destination | null): boolean {
  const secret = secretOf(fields)
  if (fields.name.trim() === '' || (secret === null && !keepsSecret(fields, kept))) return false
  if (fields.kind === 'exchange-online') return isApplicationFilled(fields)
  const server = isText(fields.host) && isBetween(fields.port, 1, 65_535)
  if (fields.kind === 'smtp-journal') return server && isText(fields.to) && isText(fields.from)
  return server && isBetween(fields.connections, 1, 32) && isLoginFilled(fields)
}

function isLoginFilled({ login, masterUser, tokenAddress, clientId, scope, passwords }: Fields): boolean {
  if (login === 'master-user') return isText(masterUser)
  if (login === 'oauth-secret') return [tokenAddress, clientId, scope].every(isText)
  return login === 'oauth-token' || readMailboxPasswords(passwords).wrongRows.length === 0
}

function isText(text: string): boolean {
  return text.trim() !== ''
}

function isBetween(text: string, least: number, most: number): boolean {
  const value = Number(text)
  return Number.isInteger(value) && value >= least && value <= most
}
