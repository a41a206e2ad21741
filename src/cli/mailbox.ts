import { basename } from 'node:path'
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { act, auditFailure, type Context, withPlatform } from './context.ts'
import { readInput } from './input-file.ts'
import { factsText, tableText } from './output.ts'

export function addMailboxCommands(program: Command): void {
  const mailbox = program.command('mailbox').description('the directory of mailboxes')
  mailbox
    .command('import')
    .description('columns: address,name[,mobile,department,active]')
    .argument('<file>')
    .action(
      act((context, _options, file: string) =>
        withPlatform(context, (platform) => importFile(context, platform, file)),
      ),
    )
  mailbox
    .command('list')
    .action(act((context) => withPlatform(context, (platform) => list(context, platform))))
  mailbox
    .command('show')
    .description('a mailbox with its folders, counted')
    .argument('<address>')
    .action(
      act((context, _options, address: string) =>
        withPlatform(context, (platform) => show(context, platform, address)),
      ),
    )
}

async function importFile({ output }: Context, platform: Platform, file: string): Promise<void> {
  const { importMailboxes } = await import('../archive/index.ts')
  const { parseMailboxes } = await import('../domain/mailboxes.ts')
  const counts = await auditFailure(platform, { operation: 'import-mailboxes' }, async () =>
    importMailboxes(platform, parseMailboxes(await readInput(file, 'a file of mailboxes'), basename(file))),
  )
  await output.document(counts, ({ added, changed, unchanged }) => factsText({ added, changed, unchanged }))
}

async function list({ output }: Context, platform: Platform): Promise<void> {
  const { listMailboxes } = await import('../archive/index.ts')
  const mailboxes = await listMailboxes(platform)
  await output.list(
    mailboxes.map(({ id: _id, ...mailbox }) => mailbox),
    [
      { title: 'address', of: (row) => row.address },
      { title: 'name', of: (row) => row.name },
      { title: 'mobile', of: (row) => row.mobile ?? '' },
      { title: 'department', of: (row) => row.department ?? '' },
      { title: 'active', of: (row) => (row.active ? 'yes' : 'no') },
    ],
  )
}

async function show({ output }: Context, platform: Platform, address: string): Promise<void> {
  const { mailboxFolders } = await import('../archive/index.ts')
  const { id: _id, ...mailbox } = await mailboxFolders(platform, address)
  await output.document(mailbox, ({ folders, ...facts }) => {
    const known = factsText({ ...facts, active: facts.active ? 'yes' : 'no' })
    if (folders.length === 0) return `${known}\n\nNo items yet.`
    const table = tableText(folders, [
      { title: 'folder', of: (row) => row.folder },
      { title: 'area', of: (row) => row.area },
      { title: 'items', of: (row) => row.items },
    ])
    return `${known}\n\n${table}`
  })
}
