import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const program = '/usr/sbin/dovecot'

/** Null when a Dovecot can be started here, else why not. It drops its rights by itself, so it needs root. */
export const dovecotMissing: string | null = !existsSync(program)
  ? 'needs Dovecot: apt-get install dovecot-core dovecot-imapd'
  : process.getuid?.() === 0
    ? null
    : 'needs root, to start Dovecot'

export interface Dovecot {
  readonly host: string
  /** Plain, and STARTTLS for who asks; `tlsPort` speaks TLS from the first byte. */
  readonly port: number
  readonly tlsPort: number
  /** The first user. */
  readonly user: string
  readonly password: string
  /** A user's Maildir++, whose folder `X` is `.X`; its e-mails are in `new` and `cur`. */
  maildirOf(user: string): string
  stop(): void
}

export interface DovecotUser {
  readonly user: string
  readonly password: string
  /** What the mailbox may hold. */
  readonly quotaBytes?: number
}

export interface DovecotOptions {
  readonly users?: readonly DovecotUser[]
  /** Opens every mailbox as `MAILBOX*MASTER`. */
  readonly master?: { readonly user: string; readonly password: string }
  /** Where a token is looked up (RFC 7662, by POST); with it OAUTHBEARER and XOAUTH2 are offered too. */
  readonly introspectionAddress?: string
  /** What is offered to sign in by, instead of passwords and what the above adds. */
  readonly mechanisms?: string
  /** Names of `test/certificates`; without it there is no TLS. */
  readonly certificate?: 'server' | 'other'
  /** Larger e-mails are refused, and the server says so beforehand where `named`. */
  readonly itemBytesMax?: { readonly bytes: number; readonly named: boolean }
  /** Left out of what the server says it can, for example `UIDPLUS MULTIAPPEND`. */
  readonly without?: string
}

const onlyUser: DovecotUser = { user: 'ada@example.com', password: 'correct-horse' }

/** A Dovecot with empty Maildirs, in a temporary folder, on free ports of the loopback. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), 'dovecot-'))
  const users = options.users ?? [onlyUser]
  const login = {
    host: '127.0.0.1',
    port: await freePort(),
    tlsPort: options.certificate ? await freePort() : 0,
    user: users[0]!.user,
    password: users[0]!.password,
  }
  const config = join(folder, 'dovecot.conf')
  // Its child processes run as other users and must reach their sockets and the mail.
  chmodSync(folder, 0o711)
  mkdirSync(join(folder, 'mail'))
  const [nobody, nogroup] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })),
  )
  chownSync(join(folder, 'mail'), nobody!, nogroup!)
  writeFileSync(join(folder, 'users'), users.map(userLine).join(''))
  if (options.master) {
    const { user, password } = options.master
    writeFileSync(join(folder, 'masters'), `${user}:{plain}${password}\n`)
  }
  if (options.introspectionAddress !== undefined)
    writeFileSync(join(folder, 'oauth.conf'), introspectionConfiguration(options.introspectionAddress))
  writeFileSync(config, configuration(folder, login, options))
  control(config)
  return {
    ...login,
    maildirOf: (user) => join(folder, 'mail', user),
    stop: () => {
      control(config, 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function userLine({ user, password, quotaBytes }: DovecotUser): string {
  const quota = quotaBytes === undefined ? '' : `userdb_quota_rule=*:bytes=${quotaBytes}`
  return `${user}:{plain}${password}::::::${quota}\n`
}

/** It becomes a daemon that keeps what it inherits open, so it inherits nothing. */
function control(config: string, ...command: string[]): void {
  execFileSync(program, ['-c', config, ...command], { stdio: 'ignore' })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function configuration(
  folder: string,
  ports: { readonly port: number; readonly tlsPort: number },
  { master, certificate, itemBytesMax, without, introspectionAddress, mechanisms }: DovecotOptions,
): string {
  const byToken = introspectionAddress !== undefined
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
${certificate ? tlsConfiguration(certificate) : 'ssl = no'}
disable_plaintext_auth = no
auth_mechanisms = ${mechanisms ?? `plain login${byToken ? ' oauthbearer xoauth2' : ''}`}
auth_failure_delay = 0
auth_master_user_separator = *
# Tests sign in from one address, often with a wrong password: no waiting for that.
mail_max_userip_connections = 100
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
mail_location = maildir:${folder}/mail/%u
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
mail_plugins = quota
plugin {
  quota = maildir:User quota
  quota_grace = 0
  ${itemBytesMax ? `quota_max_mail_size = ${itemBytesMax.bytes}` : ''}
}
${itemBytesMax?.named ? `imap_capability = +APPENDLIMIT=${itemBytesMax.bytes}` : ''}
${without ? `imap_capability = ${capabilitiesWithout(without)}` : ''}
${master ? masterConfiguration(folder) : ''}
${byToken ? oauthConfiguration(folder) : ''}
passdb {
  driver = passwd-file
  args = scheme=plain username_format=%u ${folder}/users
}
userdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
  default_fields = uid=nobody gid=nogroup home=${folder}/mail/%u
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${ports.port}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${ports.tlsPort}
    ssl = yes
  }
}
namespace inbox {
  inbox = yes
  separator = /
}
`
}

function tlsConfiguration(name: string): string {
  const path = join(import.meta.dirname, 'certificates', name)
  return `ssl = yes\nssl_cert = <${path}.crt\nssl_key = <${path}.key`
}

function masterConfiguration(folder: string): string {
  return `
passdb {
  driver = passwd-file
  args = scheme=plain username_format=%u ${folder}/masters
  master = yes
  # The mailbox must be there too.
  pass = yes
}`
}

function oauthConfiguration(folder: string): string {
  return `
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = ${folder}/oauth.conf
}`
}

/** The token's user must be the mailbox's, and the token active. */
function introspectionConfiguration(address: string): string {
  return `introspection_url = ${address}
introspection_mode = post
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
`
}

/** Those of Dovecot 2.3 that matter to a client which adds and looks. */
function capabilitiesWithout(left: string): string {
  const all = [
    'IMAP4rev1',
    'LITERAL+',
    'UIDPLUS',
    'MULTIAPPEND',
    'NAMESPACE',
    'ENABLE',
    'ID',
    'CHILDREN',
    'UNSELECT',
  ]
  return all.filter((one) => !left.split(' ').includes(one)).join(' ')
}
