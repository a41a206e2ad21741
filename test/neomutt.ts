/** A mail client that nobody here wrote, without a terminal: what it shows of a folder. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const program = '/usr/bin/neomutt'

export const neomuttMissing: string | null = existsSync(program)
  ? null
  : 'needs NeoMutt: apt-get install neomutt'

export interface NeomuttLogin {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly folder: string
}

export interface NeomuttEmail {
  readonly subject: string
  readonly from: string
  readonly to: string
  /** As the e-mail has it. */
  readonly date: string
  /** The e-mail as it is shown: the head, the text, and a line for each attachment with its name. */
  readonly shown: string
}

const patienceMs = 120_000
/** U+001E between e-mails: no composed e-mail holds it. */
const separator = '\x1e'

/**
 * What NeoMutt shows of each e-mail of a folder, oldest first. It signs in over IMAP on the loopback without TLS, tags
 * all e-mails to count them, and then opens one after the other in a pager that writes down what it is given. It wants
 * a terminal: `script` gives it one.
 */
export async function neomuttShows(login: NeomuttLogin): Promise<NeomuttEmail[]> {
  const work = mkdtempSync(join(tmpdir(), 'neomutt-'))
  try {
    const all = '<tag-pattern>~A<enter><tag-prefix><print-message>'
    const count = (await run(login, work, all)).length
    const next = Array.from({ length: count }, () => '<display-message>').join('<next-entry>')
    return (await run(login, work, `<first-entry>${next}`)).map(emailOf)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** What was written down while NeoMutt followed the keys. */
async function run(login: NeomuttLogin, work: string, keys: string): Promise<string[]> {
  const [settings, written, pager] = ['neomuttrc', 'written', 'pager'].map((name) => join(work, name))
  writeFileSync(settings!, configuration(login, work, keys))
  writeFileSync(written!, '')
  writeFileSync(pager!, `#!/bin/sh\ncat "$@" >> ${written}\nprintf '\\036' >> ${written}\n`, { mode: 0o700 })
  const command = `stty cols 200 rows 50; exec ${program} -n -F ${settings}`
  await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
    timeout: patienceMs,
    env: { ...process.env, HOME: work, TERM: 'xterm', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
  })
  return readFileSync(written!, 'utf8').split(separator).slice(0, -1)
}

function configuration(login: NeomuttLogin, work: string, keys: string): string {
  const { host, port, user, password, folder } = login
  return `
set imap_user = ${quoted(user)}
set imap_pass = ${quoted(password)}
set folder = "imap://${host}:${port}/"
set spoolfile = ${quoted(`imap://${host}:${port}/${folder}`)}
set ssl_starttls = no
set ssl_force_tls = no
set sort = date-sent
set charset = utf-8
set header_cache = ""
set quit = yes
set wait_key = no
set prompt_after = no
set print = yes
set print_split = yes
set print_command = ${work}/pager
set pager = ${work}/pager
ignore *
unignore from: to: cc: subject: date:
push "${keys}<quit>"
`
}

function quoted(text: string): string {
  return `"${text.replace(/["\\$\x60]/g, '\\$&')}"`
}

function emailOf(shown: string): NeomuttEmail {
  const field = (name: string) =>
    new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'm').exec(shown)?.[1]?.replace(/\n\s+/g, ' ') ?? ''
  return { subject: field('Subject'), from: field('From'), to: field('To'), date: field('Date'), shown }
}
