/** The commands of `holdfast`, by group. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addArchiveCommands } from './archive.ts'
import { addAuditCommands } from './audit.ts'
import { addBackupCommands } from './backup.ts'
import { addCentreCommands } from './centre.ts'
import { addConnectorCommands } from './connector.ts'
import { addCoverageCommands } from './coverage.ts'
import { addDeliveryCommands } from './delivery.ts'
import { addDemoCommand } from './demo/command.ts'
import { addDirectoryCommands } from './directory.ts'
import { addDispositionCommands } from './disposition.ts'
import { addDoctorCommand } from './doctor.ts'
import { addEscrowCommands } from './escrow.ts'
import { tellFailure } from './failures.ts'
import { addHoldCommands } from './hold.ts'
import { addItemCommands } from './item.ts'
import { addKeysCommands } from './keys.ts'
import { addLogCommands } from './log.ts'
import { addMailboxCommands } from './mailbox.ts'
import { addRegionCommands } from './region.ts'
import { addRetentionCommands } from './retention.ts'
import { addSearchCommand } from './search.ts'
import { addSiteCommands } from './site.ts'
import { addStartCommands } from './start.ts'
import { addSuperviseCommands } from './supervise.ts'
import { addReviewCommands } from './supervise-review.ts'
import { addUserCommands } from './user.ts'
import { addVerifyCommand } from './verify.ts'

/** Runs a command line to its end and answers the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  // Whoever writes finds out by itself; without a listener Node would end us before the database is closed.
  process.stdout.on('error', () => {})
  try {
    await createProgram().parseAsync([...argv])
    return 0
  } catch (error) {
    return tellFailure(error, argv.includes('--json'))
  } finally {
    if (process.stdout.writable && process.stdout.writableLength > 0) await once(process.stdout, 'drain')
  }
}

export function createProgram(): Command {
  const program = new Command('holdfast')
    .description('A compliance archive for WhatsApp, WeChat and WeCom.')
    .version(packageVersion(), '--version', 'print the version')
    .option('--data <dir>', 'the data folder (else HOLDFAST_DATA, else ./data)')
    .option('--json', 'the result as JSON on standard output')
    .helpCommand(false)
    .showHelpAfterError('(add --help to see what can be given)')
  addStartCommands(program)
  addDemoCommand(program)
  addDoctorCommand(program)
  addSiteCommands(program)
  addCentreCommands(program)
  addMailboxCommands(program)
  addRegionCommands(program)
  addDirectoryCommands(program)
  addConnectorCommands(program)
  addDeliveryCommands(program)
  addCoverageCommands(program)
  addSearchCommand(program)
  addItemCommands(program)
  addHoldCommands(program)
  addVerifyCommand(program)
  addDispositionCommands(program)
  addLogCommands(program)
  addAuditCommands(program)
  addReviewCommands(addSuperviseCommands(program))
  addArchiveCommands(program)
  addRetentionCommands(program)
  addBackupCommands(program)
  addEscrowCommands(program)
  addKeysCommands(program)
  addUserCommands(program)
  refuseByThrowing(program, process.argv.includes('--json'))
  return program
}

/** Every command throws what commander finds wrong, and with --json leaves the telling to us. */
function refuseByThrowing(command: Command, json: boolean): void {
  command.exitOverride()
  if (json) command.configureOutput({ outputError: () => {} }).showHelpAfterError(false)
  for (const inner of command.commands) refuseByThrowing(inner, json)
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
