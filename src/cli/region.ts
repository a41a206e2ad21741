/** `holdfast region …`: where connectors take from, where mailboxes keep, and why messages may go from one to the other. */
import type { Command } from 'commander'
import type { Centre, Platform } from '../app.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { act, auditFailure, type Context, withPlatform } from './context.ts'
import { tableText } from './output.ts'
import { shownTime, timeOf } from './times.ts'

interface AllowOptions {
  readonly basis: string
  readonly law?: string
  readonly document?: string
  readonly validFrom?: string
}

export function addRegionCommands(program: Command): void {
  const region = program
    .command('region')
    .description('regions, and the recorded bases for transfers between them')
  region
    .command('list')
    .description('regions with their connectors and mailboxes, and every basis')
    .action(act((context) => withPlatform(context, (platform) => list(context, platform))))
  region
    .command('connector')
    .description('the region that a connector takes from')
    .argument('<name>')
    .argument('<region>')
    .action(
      act((context, _options, name: string, to: string) =>
        change(context, 'change-connector', name, async (centre) =>
          (await import('../connector/index.ts')).setConnectorRegion(centre, name, to),
        ),
      ),
    )
  region
    .command('mailbox')
    .description('the region that mailboxes are in')
    .argument('<region>')
    .argument('<address...>')
    .action(
      act((context, _options, to: string, addresses: string[]) =>
        change(context, 'change-mailbox', addresses.join(' '), async (centre) =>
          (await import('../connector/index.ts')).setMailboxRegion(centre, addresses, to),
        ),
      ),
    )
  region
    .command('allow')
    .description('record why messages may go from one region to another')
    .argument('<from>')
    .argument('<to>')
    .requiredOption('--basis <text>', 'the contract, the consent, the decision')
    .option('--law <text>', 'the rule it stands on')
    .option('--document <text>', 'where its document lies')
    .option('--valid-from <time>', 'nothing goes under it before (default: from now on)')
    .action(
      act((context, { validFrom, ...given }: AllowOptions, from: string, to: string) =>
        change(context, 'record-transfer-basis', `${from} to ${to}`, async (centre) => {
          const { recordTransferBasis } = await import('../connector/index.ts')
          const valid =
            validFrom === undefined
              ? {}
              : { validFrom: new Date(timeOf(validFrom, '--valid-from')).toISOString() }
          await recordTransferBasis(centre, { from, to, ...given, ...valid }, localOperator)
        }),
      ),
    )
  region
    .command('end')
    .description('nothing more goes under a basis')
    .argument('<basis>', 'its number, from the list')
    .action(
      act((context, _options, basis: string) =>
        change(context, 'end-transfer-basis', `basis ${basis}`, async (centre) =>
          (await import('../connector/index.ts')).endTransferBasis(centre, Number(basis), localOperator),
        ),
      ),
    )
}

async function list({ output }: Context, platform: Platform): Promise<void> {
  const { openCentre } = await import('../app.ts')
  const { readRegions } = await import('../connector/index.ts')
  await output.document(await readRegions(await openCentre(platform)), ({ regions, bases }) =>
    [
      tableText(regions, [
        { title: 'region', of: (row) => row.name },
        { title: 'connectors', of: (row) => row.connectors.join(', ') },
        { title: 'mailboxes', of: (row) => row.mailboxes },
      ]),
      tableText(bases, [
        { title: 'basis', of: (row) => row.id },
        { title: 'from', of: (row) => row.from },
        { title: 'to', of: (row) => row.to },
        { title: 'why', of: (row) => row.basis },
        { title: 'law', of: (row) => row.law ?? '' },
        { title: 'document', of: (row) => row.document ?? '' },
        { title: 'from (UTC)', of: (row) => shownTime(row.validFrom) },
        { title: 'by', of: (row) => row.recordedBy },
        { title: 'ended (UTC)', of: (row) => shownTime(row.ended?.at ?? null) },
      ]),
    ].join('\n\n'),
  )
}

async function change(
  context: Context,
  operation: 'change-connector' | 'change-mailbox' | 'record-transfer-basis' | 'end-transfer-basis',
  target: string,
  work: (centre: Centre) => Promise<void>,
): Promise<void> {
  await withPlatform(context, async (platform) => {
    const { openCentre } = await import('../app.ts')
    const centre = await openCentre(platform)
    await auditFailure(platform, { operation, target }, () => work(centre))
    await list(context, platform)
  })
}
