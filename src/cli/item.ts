import { type Command, Option } from 'commander'
import type { Centre, DecodeResult, Platform } from '../app.ts'
import type { ItemFacts } from '../archive/index.ts'
import type { ItemRetention } from '../compliance/retention/index.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { act, auditFailure, auditLook, type Context, withPlatform } from './context.ts'
import { factsText } from './output.ts'
import { shownTime } from './times.ts'

interface ShowOptions {
  readonly eml?: boolean
  readonly raw?: boolean
  readonly proof?: boolean
}

export function addItemCommands(program: Command): void {
  const item = program.command('item').description('one message in one mailbox')
  item
    .command('show')
    .description('the message, its participants, and why it is here')
    .argument('<id>', 'from a search')
    .option('--eml', 'the e-mail, byte for byte')
    .option('--raw', "the source's record, byte for byte")
    .option('--proof', 'that it is in the integrity log, signed at once where need be')
    .action(
      act((context, options: ShowOptions, id: string) =>
        withPlatform(context, (platform) => show(context, platform, id, options)),
      ),
    )
  item
    .command('delete')
    .description('as a user would: to Recoverable Items, whatever is held')
    .argument('<id>')
    .option('--purge', 'past what a user can recover')
    .action(
      act((context, { purge }: { purge?: boolean }, id: string) =>
        withPlatform(context, async (platform) =>
          (await import('./hold-acts.ts')).deleteOne(context, platform, id, purge ?? false),
        ),
      ),
    )
  addPersonalCommands(item)
  item
    .command('purge')
    .description('asks another person to purge all that a search finds')
    .argument('<query>', 'KeyQL')
    .requiredOption('--mailbox <address...>', 'in these mailboxes')
    .requiredOption('--reason <text>')
    .action(
      act((context, options: { mailbox: string[]; reason: string }, query: string) =>
        withPlatform(context, async (platform) =>
          (await import('./hold-acts.ts')).purge(context, platform, query, options),
        ),
      ),
    )
  item
    .command('explain')
    .description('why it is in this mailbox, why it is kept, until when, and who saw it')
    .argument('<id>')
    .action(
      act((context, _options, id: string) =>
        withPlatform(context, (platform) => explain(context, platform, id)),
      ),
    )
}

function addPersonalCommands(item: Command): void {
  const personal = item
    .command('personal')
    .description('messages that are nobody’s business: hidden until two people decide')
  personal
    .command('flag')
    .description('hide a message, in all mailboxes')
    .argument('<id>', 'of an item, from a search')
    .requiredOption('--reason <text>')
    .action(
      act((context, { reason }: { reason: string }, id: string) =>
        withPlatform(context, async (platform) =>
          (await import('./personal-acts.ts')).flag(context, platform, id, reason),
        ),
      ),
    )
  personal
    .command('list')
    .description('what is hidden, and what was decided')
    .action(
      act((context) =>
        withPlatform(context, async (platform) =>
          (await import('./personal-acts.ts')).list(context, platform),
        ),
      ),
    )
  personal
    .command('propose')
    .description('ask another person to release a message, or to delete it')
    .argument('<message>', 'from the list')
    .addOption(new Option('--to <what>').choices(['release', 'delete']).makeOptionMandatory())
    .requiredOption('--reason <text>')
    .action(
      act((context, options: { to: 'release' | 'delete'; reason: string }, message: string) =>
        withPlatform(context, async (platform) =>
          (await import('./personal-acts.ts')).propose(context, platform, message, options),
        ),
      ),
    )
  personal
    .command('decide')
    .description('agree to what another person proposed')
    .argument('<message>', 'from the list')
    .option('--decline', 'or decline it')
    .action(
      act((context, { decline }: { decline?: boolean }, message: string) =>
        withPlatform(context, async (platform) =>
          (await import('./personal-acts.ts')).decide(context, platform, message, decline !== true),
        ),
      ),
    )
}

async function show(context: Context, platform: Platform, id: string, options: ShowOptions): Promise<void> {
  const { openCentre } = await import('../app.ts')
  const centre = await openCentre(platform)
  const operation = options.proof ? 'prove-item' : options.eml || options.raw ? 'export-item' : 'open-item'
  await auditFailure(platform, { operation, target: id }, async () => {
    if (options.proof) await (await import('./log-acts.ts')).prove(context, platform, id)
    else if (options.eml) await writeEmail(context, platform, centre, id)
    else if (options.raw) await writeRaw(context, platform, centre, id)
    else await showFacts(context, platform, centre, id)
  })
}

async function writeEmail(
  { output }: Context,
  platform: Platform,
  centre: Centre,
  id: string,
): Promise<void> {
  const { createContentReader, itemFacts, openEmail, parseItemId } = await import('../archive/index.ts')
  await itemFacts(centre, id)
  const { stream } = await openEmail(centre, createContentReader(centre), parseItemId(id).messageId)
  await auditLook(platform, { operation: 'export-item', target: id, details: { form: 'eml' } })
  await output.bytes(stream)
}

async function writeRaw({ output }: Context, platform: Platform, centre: Centre, id: string): Promise<void> {
  const { createContentReader, openRawRecord } = await import('../archive/index.ts')
  const raw = await openRawRecord(centre, createContentReader(centre), id)
  await auditLook(platform, { operation: 'export-item', target: id, details: { form: 'raw' } })
  if (!output.json) return output.bytes(raw.bytes)
  const { bytes, ...facts } = raw
  await output.document({ ...facts, base64: Buffer.from(bytes).toString('base64') }, () => '')
}

async function showFacts({ output }: Context, platform: Platform, centre: Centre, id: string): Promise<void> {
  const { itemFacts } = await import('../archive/index.ts')
  const facts = await itemFacts(centre, id)
  const decoded = await decodedMessage(platform, centre, id)
  await auditLook(platform, { operation: 'open-item', target: id })
  const message = decoded.decoded ? decoded.message : null
  await output.document({ ...facts, text: message?.text ?? '', decoded: message }, (shown) =>
    itemText(shown, shown.text),
  )
}

async function decodedMessage(platform: Platform, centre: Centre, id: string): Promise<DecodeResult> {
  const { createContentReader, messagePlaces, parseItemId } = await import('../archive/index.ts')
  const { recordDecoder } = await import('../app.ts')
  const [[, place]] = [...(await messagePlaces(platform, [parseItemId(id).messageId]))] as [
    [bigint, { blockId: bigint; place: number }],
  ]
  const { source, raw } = await createContentReader(centre).record(place)
  return (await recordDecoder())(source, raw)
}

function itemText(facts: ItemFacts, text: string): string {
  const people = (role: string) =>
    facts.participants
      .filter((person) => person.role === role)
      .map(({ name, value }) => (name === null || name === value ? value : `${name} <${value}>`))
      .join(', ')
  const head = factsText({
    item: facts.id,
    mailbox: `${facts.mailbox}, ${facts.folder}`,
    subject: facts.subject,
    'sent (UTC)': shownTime(facts.sentAt),
    from: people('from'),
    to: people('to'),
    custodian: people('custodian'),
    conversation: facts.conversation.name ?? facts.conversation.id,
    class: facts.itemClass,
    here: facts.mapping.explanation,
    'also in': facts.otherMailboxes.join(', '),
    attachments: facts.attachments.map(({ name, bytes }) => `${name} (${bytes} bytes)`).join(', '),
    'SHA-256': facts.hashes.emailSha256,
  })
  return `${head}\n\n${text}`
}

async function explain({ output }: Context, platform: Platform, id: string): Promise<void> {
  const { itemFacts } = await import('../archive/index.ts')
  const facts = await auditFailure(platform, { operation: 'open-item', target: id }, () =>
    itemFacts(platform, id),
  )
  const { explainRetention } = await import('../compliance/retention/index.ts')
  const { readAuditPage } = await import('../compliance/audit/index.ts')
  const { parseItemId } = await import('../archive/index.ts')
  const key = parseItemId(id)
  const retention = await explainRetention({ pool: platform.database.pool }, key, platform.clock.now(), {
    username: localOperator,
  })
  const seen = await readAuditPage(platform.queries, { target: id }, { limit: 200 })
  await auditLook(platform, { operation: 'explain-item', target: id })
  const { mailbox, folder, mapping, otherMailboxes, observations, receivedAt, capturedAt } = facts
  const explained = {
    id,
    mailbox,
    folder,
    mapping,
    otherMailboxes,
    observations,
    capturedAt,
    receivedAt,
    retention,
    seenBy: seen.items.map(({ at, actor, operation, outcome }) => ({ at, actor, operation, outcome })),
  }
  await output.document(explained, () => {
    const because = mapping.participant === null ? '' : ` (${mapping.participant})`
    const observers = observations.map(
      ({ custodian, capturedAt: at }) =>
        `  ${custodian ?? 'a capture without a custodian'}, ${shownTime(at)} UTC`,
    )
    return [
      `It is in ${mailbox}, ${folder}, ${mapping.explanation}${because}.`,
      otherMailboxes.length === 0 ? 'Nobody else has it.' : `Also in ${otherMailboxes.join(', ')}.`,
      `Captured ${shownTime(capturedAt)}, imported ${shownTime(receivedAt)} UTC. Seen by:`,
      ...observers,
      ...keptText(retention),
      'Looked at by:',
      ...seen.items.map(({ at, actor, operation }) => `  ${actor}, ${operation}, ${shownTime(at)} UTC`),
    ].join('\n')
  })
}

function keptText({
  holds,
  settings,
  kept,
  retainUntil,
  retainedBy,
  deleteAt,
  deletedBy,
  earliestDisposal,
}: ItemRetention): string[] {
  const until = (time: string | null) =>
    time === null || time === 'forever' ? 'without end' : `until ${shownTime(time)} UTC`
  const why = {
    held: 'It is held, and nothing can dispose of it.',
    retained: `It is kept by "${retainedBy}" ${until(retainUntil)}.`,
    due: `It may go, by "${deletedBy}"${earliestDisposal ? `, but not before ${shownTime(earliestDisposal)} UTC` : ''}.`,
    'no-rule':
      deletedBy === null ? 'No rule deletes it.' : `"${deletedBy}" deletes it at ${shownTime(deleteAt)} UTC.`,
  }[kept]
  return [
    why,
    ...holds.map(({ hold, because, until: end }) => `  hold "${hold.name}" (${because}) ${until(end)}`),
    ...settings.map(({ kind, name, retainUntil: end, deleteAt: gone }) =>
      [`  ${kind} "${name}"`, end && `keeps ${until(end)}`, gone && `deletes at ${shownTime(gone)} UTC`]
        .filter(Boolean)
        .join(', '),
    ),
  ]
}
