import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import type { AccountSummary, JournalStatus } from '../site/index.ts'
import { act, auditFailure, auditLook, type Context, withPlatform } from './context.ts'
import { readInput } from './input-file.ts'
import { factsText } from './output.ts'
import { addActivationCommands } from './site-activation.ts'
import { addRouteCommands } from './site-routes.ts'
import { groupOf } from './start.ts'
import { shownTime } from './times.ts'

interface OfAccount {
  readonly account: string
}

export function addSiteCommands(program: Command): void {
  const site = groupOf(program, 'site')
  addAccountCommands(site)
  addUserCommands(site)
  addActivationCommands(site)
  addRouteCommands(site)
  site
    .command('capture')
    .description('read files of a source into the journal')
    .argument('<source>', 'for example whatsapp-export, wechat-export or wecom-archive')
    .argument('<file...>')
    .requiredOption('--account <name>', 'the account whose journal takes them')
    .option('--custodian <number>', 'mobile number of the registered user whose phone the export came from')
    .option('--custodian-name <name>', "the custodian's name as it stands in the export")
    .option('--chat <name>', 'name of the chat, where the file does not tell it')
    .option('--timezone <zone>', 'time zone of the phone: Europe/London,2024-03-01=Asia/Shanghai')
    .option('--date-order <order>', 'dmy, mdy or ymd, where the file does not tell it')
    .option('--date <date>', 'year or day of a WeChat text whose times lack it: 2023 or 2023-11-15')
    .option('--media <dir>', 'folder of the media files')
    .option('--chat-names <file>', 'JSON file of names by room id and user id')
    .option('--set <name=value...>', 'any other setting of the source')
    .action(
      act(async (context, options: OfAccount, source: string, files: string[]) => {
        const { captureFiles } = await import('./capture.ts')
        await captureFiles(context, { ...options, source, files: files.map((file) => resolve(file)) })
      }),
    )
  site
    .command('journal')
    .description('counts, last sequence and gaps of an account')
    .requiredOption('--account <name>')
    .option('--sweep', 'first destroy what the centre took HOLDFAST_JOURNAL_DAYS ago, of all accounts')
    .action(
      act((context, { account, sweep }: OfAccount & { readonly sweep?: boolean }) =>
        withPlatform(context, async (platform) => {
          if (sweep) await sweepJournals(context, platform)
          await showJournal(context, platform, account)
        }),
      ),
    )
}

function addAccountCommands(site: Command): void {
  const account = site.command('account').description('accounts, each with a journal of its own')
  account
    .command('create')
    .description('make an account; prints its password once')
    .argument('<name>')
    .option('--public-key <file>', 'the key of a centre elsewhere, from "holdfast centre key --out FILE"')
    .action(
      act((context, { publicKey }: { publicKey?: string }, name: string) =>
        withPlatform(context, (platform) => createAccount(context, platform, name, publicKey)),
      ),
    )
  account.command('list').action(
    act((context) =>
      withPlatform(context, async (platform) => {
        const { listAccounts } = await import('../site/index.ts')
        await context.output.list<AccountSummary>(await listAccounts({ database: platform.queries }), [
          { title: 'account', of: (row) => row.account },
          { title: 'user name', of: (row) => row.username },
          { title: 'made', of: (row) => shownTime(row.createdAt) },
          { title: 'last sequence', of: (row) => row.lastSequence },
        ])
      }),
    ),
  )
}

async function createAccount(
  { output }: Context,
  platform: Platform,
  name: string,
  publicKeyFile: string | undefined,
): Promise<void> {
  const { createAccount } = await import('../site/index.ts')
  const { openSite } = await import('../app.ts')
  const site = await openSite(platform)
  const { id: _id, ...made } = await auditFailure(
    platform,
    { operation: 'create-account', target: name },
    async () => createAccount(site, { name, publicKey: await publicKeyFor(platform, publicKeyFile) }),
  )
  await output.document(made, ({ account, username, password }) =>
    factsText({ account, 'user name': username, password }),
  )
  output.note('The password is shown this once: put it into a file that only the centre can read.')
}

/** The key from the file; without one, a pair is made here, which needs the centre to be here too. */
async function publicKeyFor(platform: Platform, file: string | undefined): Promise<Uint8Array> {
  const { parsePublicKey } = await import('../platform/sealing/index.ts')
  if (file !== undefined) return parsePublicKey((await readInput(file, 'a public key')).toString(), file)
  const { isSiteAlone } = await import('./site-alone.ts')
  if (await isSiteAlone(platform)) {
    const { AppError } = await import('../domain/errors.ts')
    throw new AppError(
      'account-has-no-key',
      'This data folder is a site without a centre: give --public-key FILE, made at the centre by "holdfast centre key --out FILE".',
    )
  }
  const { openCentre } = await import('../app.ts')
  const { createAccountKey } = await import('../connector/index.ts')
  return createAccountKey(await openCentre(platform))
}

function addUserCommands(site: Command): void {
  const user = site.command('user').description('registered users: the people whose devices are captured')
  user
    .command('import')
    .description('columns: name,mobile,email[,wecom_userid]')
    .argument('<file>')
    .requiredOption('--account <name>')
    .action(
      act((context, { account }: OfAccount, file: string) =>
        withPlatform(context, (platform) => importUsers(context, platform, account, file)),
      ),
    )
  user
    .command('list')
    .requiredOption('--account <name>')
    .action(
      act((context, { account }: OfAccount) =>
        withPlatform(context, (platform) => listUsers(context, platform, account)),
      ),
    )
}

async function importUsers(
  { output }: Context,
  platform: Platform,
  accountName: string,
  file: string,
): Promise<void> {
  const { accountByName, importRegisteredUsers } = await import('../site/index.ts')
  const { parseRegisteredUsers } = await import('../domain/registered-users.ts')
  const { openSite } = await import('../app.ts')
  const site = await openSite(platform)
  const audited = { operation: 'import-users', target: accountName } as const
  const counts = await auditFailure(platform, audited, async () => {
    const account = await accountByName(site, accountName)
    const rows = parseRegisteredUsers(await readInput(file, 'a file of users'), basename(file))
    return importRegisteredUsers(site, account, rows)
  })
  await output.document({ account: accountName, ...counts }, () =>
    factsText({
      added: counts.added,
      changed: counts.changed,
      'passed on': counts.passedOn,
      unchanged: counts.unchanged,
    }),
  )
}

async function listUsers({ output }: Context, platform: Platform, accountName: string): Promise<void> {
  const { accountByName, registeredUsers } = await import('../site/index.ts')
  const { openSite } = await import('../app.ts')
  const site = await openSite(platform)
  const users = await registeredUsers(site, await accountByName(site, accountName))
  const rows = users.map(({ name, mobile, email, wecomUserid, validFrom, validTo }) => ({
    name,
    mobile,
    email,
    wecomUserid: wecomUserid ?? null,
    validFrom: validFrom?.toISOString() ?? null,
    validTo: validTo?.toISOString() ?? null,
  }))
  await output.list(rows, [
    { title: 'name', of: (row) => row.name },
    { title: 'mobile', of: (row) => row.mobile },
    { title: 'e-mail', of: (row) => row.email },
    { title: 'WeCom userid', of: (row) => row.wecomUserid ?? '' },
    { title: 'from', of: (row) => shownTime(row.validFrom) },
    { title: 'to', of: (row) => shownTime(row.validTo) },
  ])
}

async function sweepJournals({ output }: Context, platform: Platform): Promise<void> {
  const { sweepJournal } = await import('../site/index.ts')
  const { openSite } = await import('../app.ts')
  const swept = await sweepJournal(await openSite(platform), platform.config.journalDays)
  await auditLook(platform, { operation: 'sweep-journal', details: { ...swept } })
  output.note(`Destroyed ${swept.segments} segments of the journal and ${swept.attachments} attachments.`)
}

async function showJournal({ output }: Context, platform: Platform, accountName: string): Promise<void> {
  const { accountByName, journalStatus } = await import('../site/index.ts')
  const { openSite } = await import('../app.ts')
  const site = await openSite(platform)
  const status = await journalStatus(site, await accountByName(site, accountName))
  await output.document(status, journalText)
}

function journalText(status: JournalStatus): string {
  const { whatsapp, wechat } = status.byFamily
  const facts = factsText({
    account: status.account,
    records: status.records,
    'last sequence': status.lastSequence,
    WhatsApp: `${whatsapp.records} records, taken by the centre up to ${whatsapp.acknowledgedSequence} of ${whatsapp.lastSequence}`,
    'WeChat and WeCom': `${wechat.records} records, taken by the centre up to ${wechat.acknowledgedSequence} of ${wechat.lastSequence}`,
    attachments: status.attachments,
    'sealed bytes': status.sealedBytes,
  })
  const gaps = status.gaps.map(({ reason, source, count }) => `  ${count} × ${reason} (${source})`)
  return [facts, gaps.length === 0 ? 'No known gaps.' : 'Known gaps:', ...gaps].join('\n')
}
