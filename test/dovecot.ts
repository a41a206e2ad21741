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
  readonly port: number
  readonly user: string
  readonly password: string
  stop(): void
}

/** A Dovecot with one user and an empty Maildir, in a temporary folder, on a free port of the loopback. */
export async function startDovecot(): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), 'dovecot-'))
  const login = {
    host: '127.0.0.1',
    port: await freePort(),
    user: 'ada@example.com',
    password: 'correct-horse',
  }
  const config = join(folder, 'dovecot.conf')
  // Its child processes run as other users and must reach their sockets and the mail.
  chmodSync(folder, 0o711)
  mkdirSync(join(folder, 'mail'))
  const [nobody, nogroup] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })),
  )
  chownSync(join(folder, 'mail'), nobody!, nogroup!)
  writeFileSync(join(folder, 'users'), `${login.user}:{plain}${login.password}\n`)
  writeFileSync(config, configuration(folder, login.port))
  control(config)
  return {
    ...login,
    stop: () => {
      control(config, 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
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

function configuration(folder: string, port: number): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:${folder}/mail/%u
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = passwd-file
  args = scheme=plain username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/mail/%u
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
namespace inbox {
  inbox = yes
  separator = /
}
`
}
