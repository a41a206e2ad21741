import { type Command, Option } from 'commander'

/** The options by which a command is told of an application at Microsoft; what becomes of them is in microsoft-application.ts. */
export function asApplication(command: Command): Command {
  return command
    .addOption(
      new Option('--cloud <cloud>', 'unset: that of HOLDFAST_CLOUD').choices([
        'worldwide',
        'gcc-high',
        'dod',
        'china',
      ]),
    )
    .option('--tenant <id>', 'directory (tenant) id')
    .option('--client <id>', 'application (client) id')
    .option('--certificate <file>', 'PEM of certificate and private key')
    .option('--secret-file <file>', 'the application’s client secret')
    .option('--managed-identity', 'sign in as the machine itself')
}
