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
  const { checkInstallation } = await import('../platform/installation-checks.ts')
  const { database, ...parts } = platform
  const checks = await checkInstallation({
    ...parts,
    pool: database.pool,
    databaseEmbedded: database.embedded,
  })
  checks.push(...(await destinationChecks(platform)))
  checks.push(...(await directoryChecks(platform)))
  const ok = checks.every((check) => check.ok)
  await output.document({ ok, checks }, () => checks.map(checkText).join('\n'))
  if (!ok) throw new PartialFailure('a check failed')
}

/** Each destination as it is kept: sign-in and permissions, without a mailbox. */
async function destinationChecks(platform: Platform): Promise<Check[]> {
  const { listDestinations, testDestination } = await import('../delivery/index.ts')
  const found: Check[] = []
  const destinations = await listDestinations(platform)
  if (destinations.length === 0) return found
  const { openCentre } = await import('../app.ts')
  const centre = await openCentre(platform)
  for (const destination of destinations) {
    for (const { what, ok, remedy } of await testDestination(centre, destination, null))
      found.push({ name: `destination ${destination.name}`, ok, message: what, remedy })
  }
  return found
}

/** How the last sync from Microsoft Graph went; nothing where Graph is not set up. */
async function directoryChecks(platform: Platform): Promise<Check[]> {
  const { directoryHealth, readDirectory } = await import('../directory/index.ts')
  const health = directoryHealth(await readDirectory(platform), platform.clock.now())
  return health === null ? [] : [{ name: 'directory', ...health }]
}

function checkText({ ok, name, message, remedy }: Check): string {
  const advice = remedy === '' ? '' : `\n    ${remedy}`
  return `${ok ? '✓' : '✗'} ${name}: ${message}${advice}`
}
