import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { act, auditFailure, type Context, withPlatform } from './context.ts'
import { groupOf } from './start.ts'

/** The operator's way to let somebody in again: whoever holds the machine and its keys holds this door too. */
export function addUserCommands(program: Command): void {
  groupOf(program, 'user')
    .description('the people of the portal')
    .command('link')
    .description('a link by which a user sets a new password or passkey, once')
    .argument('<username>')
    .action(
      act((context, _options, username: string) =>
        withPlatform(context, (platform) => makeLink(context, platform, username)),
      ),
    )
}

async function makeLink({ output }: Context, platform: Platform, username: string): Promise<void> {
  const { createUserLink, userIdOf } = await import('../access/index.ts')
  const { accessParts, openCentre } = await import('../app.ts')
  const { localOperator } = await import('../platform/audit/audit.ts')
  const link = await auditFailure(platform, { operation: 'create-link', target: username }, async () => {
    const parts = accessParts(platform, await openCentre(platform))
    const id = await userIdOf(parts, username)
    return createUserLink(parts, await originOf(platform), id, localOperator)
  })
  await output.document({ ...link, username }, () =>
    [`This link lets ${username} in, once, until ${link.expiresAt}:`, `  ${link.url}`].join('\n'),
  )
}

/** Where browsers reach the portal: as configured, else where it runs now, else where it would. */
async function originOf({ config, folder }: Platform): Promise<string> {
  const { runningPart } = await import('./running.ts')
  const running = await runningPart(folder, 'centre')
  return config.http.publicUrl ?? running?.address ?? `http://${config.http.host}:${config.http.port}`
}
