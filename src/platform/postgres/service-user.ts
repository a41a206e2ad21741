/**
 * PostgreSQL refuses to run as root. As root we run it in a user namespace where root appears as `nobody`:
 * its files stay root's, so the data folder can stay closed to everybody else. Where namespaces are
 * forbidden (many containers) it runs as the real user `postgres` or `nobody`, which must then own `pg`
 * and pass through the data folder (mode 0711). As any other user there is nothing to do.
 */
import { execFileSync, type SpawnOptions, spawnSync } from 'node:child_process'
import { chmodSync, lchownSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export type ServiceUser =
  | { readonly type: 'same' }
  | { readonly type: 'namespace' }
  | { readonly type: 'user'; readonly uid: number; readonly gid: number }

const nobody = 65534
const namespaceArguments = ['--user', `--map-user=${nobody}`]

/** Decides for a new cluster, or for an existing one by who owns its folder. */
export function chooseServiceUser(clusterFolder: string): ServiceUser {
  if (process.getuid?.() !== 0) return { type: 'same' }
  const owner = statSync(clusterFolder, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { type: 'user', uid: owner.uid, gid: owner.gid }
  return namespacesWork() ? { type: 'namespace' } : systemUser()
}

function namespacesWork(): boolean {
  const probe = spawnSync('unshare', [...namespaceArguments, 'true'], { stdio: 'ignore', timeout: 10_000 })
  return probe.status === 0
}

function systemUser(): ServiceUser {
  try {
    const uid = Number(execFileSync('id', ['-u', 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
    const gid = Number(execFileSync('id', ['-g', 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
    return { type: 'user', uid, gid }
  } catch {
    return { type: 'user', uid: nobody, gid: nobody }
  }
}

/** The command line and spawn options that run `program` as the service user. */
export function asServiceUser(
  user: ServiceUser,
  program: string,
  programArguments: readonly string[],
): { command: string; arguments: string[]; options: Pick<SpawnOptions, 'uid' | 'gid'> } {
  if (user.type === 'namespace') {
    // unshare executes the program in its own place, so the process id is the program's.
    const all = [...namespaceArguments, '--', program, ...programArguments]
    return { command: 'unshare', arguments: all, options: {} }
  }
  const options = user.type === 'user' ? { uid: user.uid, gid: user.gid } : {}
  return { command: program, arguments: [...programArguments], options }
}

/** Gives a folder or file and all in it to the service user, where that is a real other user. */
export function giveToServiceUser(user: ServiceUser, path: string): void {
  if (user.type !== 'user') return
  if (statSync(path).isDirectory())
    for (const name of readdirSync(path)) giveToServiceUser(user, join(path, name))
  lchownSync(path, user.uid, user.gid)
}

/** Lets a real other user pass through the data folder without seeing what is in it. */
export function letServiceUserThrough(user: ServiceUser, dataFolder: string): void {
  if (user.type === 'user' && statSync(dataFolder).uid !== user.uid) chmodSync(dataFolder, 0o711)
}
