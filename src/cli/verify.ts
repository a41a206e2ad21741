import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import type { Verification } from '../archive/index.ts'
import { AppError } from '../domain/errors.ts'
import { act, auditLook, type Context, withPlatform } from './context.ts'
import { factsText } from './output.ts'
import { createProgress } from './progress.ts'

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('compare the index with the catalogue, and content with its hashes')
    .option('--full', 'all content, not a sample of it')
    .action(
      act((context, { full }: { full?: boolean }) =>
        withPlatform(context, (platform) => verify(context, platform, full ?? false)),
      ),
    )
}

async function verify(context: Context, platform: Platform, full: boolean): Promise<void> {
  const { verifyArchive } = await import('../archive/index.ts')
  const { openCentre, recordDecoder } = await import('../app.ts')
  const centre = await openCentre(platform)
  const progress = createProgress(context.output, 'verify')
  const found = await verifyArchive(centre, {
    full,
    decode: await recordDecoder(),
    onProgress: (checked, total) => progress.at(checked, total, 'messages'),
  }).finally(() => progress.end())
  const { ok, messages, items, problemCount } = found
  await auditLook(platform, { operation: 'verify', details: { full, ok, messages, items, problemCount } })
  await context.output.document(found, verificationText)
  if (ok) return
  throw new AppError(
    'verification-failed',
    `The archive does not agree with itself in ${problemCount} ${problemCount === 1 ? 'place' : 'places'}; do not import more, and compare with a backup.`,
    { details: { problemCount } },
  )
}

function verificationText(found: Verification): string {
  const facts = factsText({
    messages: found.messages,
    items: found.items,
    indexed: found.indexed,
    'content checked': found.contentChecked,
    'log entries checked': found.logEntriesChecked,
    problems: found.problemCount,
  })
  if (found.ok) return `${facts}\n\nAll is as it was stored.`
  return [facts, '', ...found.problems.map(({ code, message }) => `${message} [${code}]`)].join('\n')
}
