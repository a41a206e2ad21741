import { join } from 'node:path'
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import type { Check } from '../platform/doctor.ts'
import { act, type Context, withPlatform } from './context.ts'
import { PartialFailure } from './failures.ts'

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check versions, database, storage, keys, clock and disk, and say what to do')
    .action(act((context) => withPlatform(context, (platform) => examine(context, platform))))
}

async function examine({ output }: Context, platform: Platform): Promise<void> {
  const { checkPlatform } = await import('../platform/doctor.ts')
  const ground = await checkPlatform({
    dataFolder: platform.folder,
    database: platform.database.pool,
    embedded: platform.database.embedded,
  })
  const checks = [
    ...ground,
    await attempt('object store', () => checkObjects(platform)),
    await attempt('keys', () => checkKeys(platform)),
    await attempt('clock', () => checkClockNow(platform)),
  ]
  const ok = checks.every((check) => check.ok)
  await output.document({ ok, checks }, () => checks.map(checkText).join('\n'))
  if (!ok) throw new PartialFailure('a check failed')
}

function checkText({ ok, name, message, remedy }: Check): string {
  const advice = remedy === '' ? '' : `\n    ${remedy}`
  return `${ok ? '✓' : '✗'} ${name}: ${message}${advice}`
}

type Finding = Omit<Check, 'name'>

async function attempt(name: string, check: () => Promise<Finding>): Promise<Check> {
  try {
    return { name, ...(await check()) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return {
      name,
      ok: false,
      message,
      remedy: 'Correct what the message says and run holdfast doctor again.',
    }
  }
}

/** Writes an object, reads it and deletes it. */
async function checkObjects({ objects, random, config }: Platform): Promise<Finding> {
  const name = `doctor/${random.bytes(8).toString('hex')}`
  const content = random.bytes(64)
  await objects.put(name, content)
  const read = await objects.get(name)
  await objects.delete(name)
  const ok = content.equals(read)
  const message = ok
    ? `The object store (${config.objectStore.type}) keeps what is put into it.`
    : 'The object store gave back other bytes than were put into it.'
  return { ok, message, remedy: ok ? '' : 'Do not import anything; check the disk or the storage account.' }
}

async function checkKeys({ config, folder }: Platform): Promise<Finding> {
  const { existsSync } = await import('node:fs')
  const { createKeyFileVault } = await import('../platform/keys/index.ts')
  const { reminderOf } = await import('./services.ts')
  const files = {
    site: config.siteKeyFile ?? join(folder.keys, 'site.key'),
    centre: config.centreKeyFile ?? join(folder.keys, 'centre.key'),
  }
  const exposed: string[] = []
  const known = Object.entries(files).filter(([, file]) => existsSync(file))
  for (const [name, file] of known) {
    if (!(await (await createKeyFileVault({ file, mayCreate: false })).backedUp())) exposed.push(name)
  }
  if (known.length === 0) return { ok: true, message: 'There are no keys yet.', remedy: '' }
  const message = `${known.length} key ${known.length === 1 ? 'file is' : 'files are'} whole and readable.`
  // No failure: a new installation is in order, and says so, before its keys were copied.
  return { ok: true, message, remedy: exposed.length === 0 ? '' : reminderOf(exposed) }
}

async function checkClockNow(platform: Platform): Promise<Finding> {
  const { clockBackMs } = await import('./clock-check.ts')
  const back = await clockBackMs(platform)
  const ok = back < 5 * 60_000
  const now = new Date(platform.clock.now()).toISOString()
  const message = ok
    ? `The clock says ${now}.`
    : `The clock says ${now}, which is before what was noted here earlier.`
  return { ok, message, remedy: ok ? '' : 'Set the clock right, or start once with --accept-clock.' }
}
