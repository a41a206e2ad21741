import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { AppError } from '../domain/errors.ts'
import { act, auditFailure, auditLook, type Context, withPlatform } from './context.ts'
import { groupOf } from './start.ts'

export function addKeysCommands(program: Command): void {
  groupOf(program, 'keys')
    .description('the key files, without which nothing that is stored can be read')
    .command('backup')
    .description('copy the key files into a folder elsewhere, and check the copies')
    .argument('<folder>')
    .action(
      act((context, _options, folder: string) =>
        withPlatform(context, (platform) => backUp(context, platform, resolve(folder))),
      ),
    )
}

interface Copy {
  readonly keys: 'site' | 'centre'
  readonly file: string
}

async function backUp({ output }: Context, platform: Platform, folder: string): Promise<void> {
  const copies = await auditFailure(platform, { operation: 'back-up-keys' }, () => copyKeys(platform, folder))
  await auditLook(platform, { operation: 'back-up-keys', details: { keys: copies.map(({ keys }) => keys) } })
  await output.list(copies, [
    { title: 'keys of', of: (row) => row.keys },
    { title: 'copied to', of: (row) => row.file },
  ])
  output.note(
    'Keep the copies apart from the data and from its backups; whoever has both can read everything.',
  )
}

async function copyKeys({ config, folder: { path, keys } }: Platform, folder: string): Promise<Copy[]> {
  const { createKeyFileVault } = await import('../platform/keys/index.ts')
  if (`${folder}/`.startsWith(`${path}/`))
    throw new AppError('key-refused', `${folder} lies in the data folder; a copy there is lost with it.`)
  const files = {
    centre: config.centreKeyFile ?? join(keys, 'centre.key'),
    site: config.siteKeyFile ?? join(keys, 'site.key'),
  }
  const known = (Object.keys(files) as Copy['keys'][]).filter((name) => existsSync(files[name]))
  if (known.length === 0)
    throw new AppError('key-missing', 'There are no keys here yet; start Holdfast once.')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const copies: Copy[] = []
  for (const name of known) {
    const vault = await createKeyFileVault({ file: files[name], mayCreate: false })
    const copy = join(folder, `${name}.key`)
    await vault.exportTo(copy)
    await vault.confirmBackup(copy)
    copies.push({ keys: name, file: copy })
  }
  return copies
}
