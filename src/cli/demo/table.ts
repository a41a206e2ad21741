/** The demo's one table, and commands that go on from it. */
import type { Platform } from '../../app.ts'
import type { RunReport } from '../../connector/index.ts'
import { parseQuery, searchItems } from '../../search/index.ts'
import { tableText } from '../output.ts'

export interface DemoWay {
  readonly source: string
  readonly way: string
  readonly person: string
  readonly captured: number
}

export interface DemoResult {
  /** By each way in, whose messages, and how many. */
  readonly ways: readonly DemoWay[]
  /** Messages in the site's journal. */
  readonly captured: { readonly whatsapp: number; readonly wechat: number }
  readonly runs: { readonly whatsapp: RunReport; readonly wechat: RunReport }
}

export interface NextCommand {
  readonly command: string
  readonly shows: string
}

interface Row {
  readonly what: string
  readonly whatsapp: string | number
  readonly wechat: string | number
}

export function demoText(result: DemoResult, commands: readonly NextCommand[]): string {
  const table = tableText(rowsOf(result), [
    { title: 'Lantern Quay, 17 March 2026', of: (row) => row.what },
    { title: 'WhatsApp', of: (row) => row.whatsapp },
    { title: 'WeCom and WeChat', of: (row) => row.wechat },
  ])
  const ways = tableText(result.ways, [
    { title: 'way in', of: (one) => one.way },
    { title: 'person', of: (one) => one.person },
    { title: 'captured', of: (one) => one.captured },
  ])
  const next = commands.map(({ command, shows }) => `  ${command}\n      ${shows}`)
  return `\n${ways}\n\n${table}\nTry next:\n\n${next.join('\n')}`
}

function rowsOf({ captured, runs: { whatsapp, wechat } }: DemoResult): Row[] {
  const both = (what: string, of: (run: RunReport) => number): Row => ({
    what,
    whatsapp: of(whatsapp),
    wechat: of(wechat),
  })
  const reasons = new Set([whatsapp, wechat].flatMap((run) => Object.keys(run.exceptions.byReason)))
  const mailboxes = new Set([whatsapp, wechat].flatMap((run) => Object.keys(run.mailboxes)))
  return [
    { what: 'captured at the site', ...captured },
    both('transferred', (run) => run.transferred),
    both('imported', (run) => run.imported),
    both('import exceptions', (run) => run.exceptions.total),
    ...[...reasons].map((reason) =>
      both(`  because ${reason}`, (run) => run.exceptions.byReason[reason] ?? 0),
    ),
    both('attachments', (run) => run.attachments),
    both('items in mailboxes', (run) => run.items),
    ...[...mailboxes].sort().map((address) => both(`  ${address}`, (run) => run.mailboxes[address] ?? 0)),
  ]
}

/** Commands that work as they stand, on the folder as the shell sees it. */
export async function nextCommands(platform: Platform, folder: string): Promise<NextCommand[]> {
  const data = `--data ${/^[\w./-]+$/.test(folder) ? folder : `'${folder}'`}`
  const query = parseQuery('kind:image AND hasattachment:true', { now: platform.clock.now() })
  const [item] = (await searchItems(platform.database.pool, query, { limit: 1 })).items
  const commands: NextCommand[] = [
    {
      command: `npx holdfast search 'invoice OR 发票' ${data}`,
      shows: 'who spoke of invoices, in two languages',
    },
    { command: `npx holdfast search '合同 AND sent=2026-03-17' --count ${data}`, shows: 'how many items' },
    { command: `npx holdfast connector exceptions wechat ${data}`, shows: 'what was not imported, and why' },
    {
      command: `npx holdfast mailbox show rosa.lindqvist@lanternquay.example ${data}`,
      shows: 'who held the number before Owen',
    },
    { command: `npx holdfast verify --full ${data}`, shows: 'that nothing was lost or altered' },
  ]
  if (item) {
    commands.splice(
      2,
      0,
      {
        command: `npx holdfast item show ${item.id} ${data}`,
        shows: 'a message with an attachment, and why it is there',
      },
      {
        command: `npx holdfast item show ${item.id} --eml ${data} > item.eml`,
        shows: 'its e-mail, for any mail program',
      },
    )
  }
  return commands
}
