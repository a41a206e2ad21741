import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { AppError } from '../domain/errors.ts'
import { act, type Context, withPlatform } from './context.ts'
import { factsText } from './output.ts'
import { groupOf } from './start.ts'

export function addCentreCommands(program: Command): void {
  groupOf(program, 'centre')
    .command('key')
    .description('make the key of an account at a site elsewhere; writes its public half')
    .requiredOption('--out <file>', 'a new file for the public half')
    .action(
      act((context, { out }: { out: string }) =>
        withPlatform(context, (platform) => makeKey(context, platform, resolve(out))),
      ),
    )
}

async function makeKey({ output }: Context, platform: Platform, file: string): Promise<void> {
  const { openCentre } = await import('../app.ts')
  const { createAccountKey } = await import('../connector/index.ts')
  const { formatPublicKey, publicKeyFingerprint } = await import('../platform/sealing/index.ts')
  // The place is taken first, so that no key is made that nobody gets.
  await writeNew(file, '')
  const publicKey = await createAccountKey(await openCentre(platform))
  await writeFile(file, formatPublicKey(publicKey))
  const fingerprint = publicKeyFingerprint(publicKey)
  await output.document({ file, fingerprint }, (made) => factsText(made))
  output.note('Read the fingerprint to the site over the telephone before the file is used there.')
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    const why = exists ? 'exists already and is not overwritten; choose another name' : 'cannot be written'
    throw new AppError('key-refused', `${file} ${why}.`, { cause })
  }
}
