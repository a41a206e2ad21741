/** The figures as a page to read and as JSON to compare, side by side with what is aimed at. */
import { mkdir, writeFile } from 'node:fs/promises'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import type { Results, SizeFigures } from './results.ts'

const folder = join(import.meta.dirname, 'results')

export function printResults(results: Results): void {
  console.log(markdownOf(results))
}

/** Answers the name of the page. */
export async function writeResults(results: Results): Promise<string> {
  await mkdir(folder, { recursive: true })
  const stem = `${new Date().toISOString().slice(0, 10)}-${platform()}-${arch()}-${cpus().length}-cores`
  await writeFile(join(folder, `${stem}.json`), `${JSON.stringify(results, null, 2)}\n`)
  await writeFile(join(folder, `${stem}.md`), markdownOf(results))
  return `bench/results/${stem}.md`
}

function markdownOf(results: Results): string {
  const { machine, sizes } = results
  return [
    '# Bench',
    `\`${results.command}\``,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB; ${machine.system}; Node ${machine.node}; ` +
      `fdatasync of 8 KiB p50 ${machine.fdatasyncP50Milliseconds} ms; load average at the start ${machine.loadAverage}.`,
    ...(sizes.length > 0 ? [archiveTable(sizes), searchTable(sizes)] : []),
    ...otherParts(results),
  ].join('\n\n')
}

function otherParts({
  portal,
  delivery,
  hooks,
  records,
  attachment,
  whatsappParse,
  peers,
  sizes,
}: Results): string[] {
  const parts: string[] = portal ? portalParts(portal) : []
  if (hooks) {
    parts.push(
      `## Webhooks, bodies of 1 to 100 messages\n\n` +
        `${number(hooks.messagesPerSecond)} messages a second durable and acknowledged (aim: at least 2,000), p50 ` +
        `${hooks.p50} ms, p99 ${hooks.p99} ms (aim: under 50); all in the journal ${hooks.journalledAfterSeconds} s after ` +
        `the last. From sending to being found, with a connector that runs on arrival: ${hooks.searchableAfterSeconds} s ` +
        '(aim: under 5).',
    )
  }
  if (records) parts.push(recordsPart(records))
  if (delivery) {
    parts.push(
      `## Delivery to Dovecot on this machine, ${delivery.connections} connections\n\n` +
        `${number(delivery.waiting)} items: ${number(delivery.itemsPerSecond)} a second, ${delivery.percent} % of a bare ` +
        `loop of APPEND (${number(delivery.bareItemsPerSecond)} a second; aim: at least 80 %). The run of delivery took ` +
        `${delivery.memoryMegabytes} MB (aim: at most 100 for 100,000 items).`,
    )
  }
  if (attachment) {
    const more = attachment.peakResidentMegabytes - attachment.peakResidentMegabytesWithout
    parts.push(
      `An attachment of ${attachment.bytes / 2 ** 20} MiB in a feed of ${number(attachment.messages)} messages: peak ` +
        `${attachment.peakResidentMegabytes} MB, ${more} MB more than without it (aim: at most 150 more).`,
    )
  }
  if (whatsappParse) {
    const rows = Object.entries(whatsappParse).map(([name, value]) => [name, number(value)])
    parts.push(`## Reading WhatsApp exports (aim: 150,000 messages a second)\n\n${table(['', ''], rows)}`)
  }
  if (peers) {
    const ours = sizes[0]?.import.messagesPerSecond
    const rows = peers.figures.map(({ peer, messagesPerSecond, note }) => [
      peer,
      messagesPerSecond === null ? '-' : number(messagesPerSecond),
      messagesPerSecond === null || ours === undefined ? '-' : `${(ours / messagesPerSecond).toFixed(1)}`,
      note,
    ])
    const head = ['peer', 'messages a second', 'ours is so many times faster', '']
    parts.push(`## The same e-mails in other programs (${number(peers.messages)})\n\n${table(head, rows)}`)
  }
  return parts
}

function recordsPart(records: Results['records'] & {}): string {
  const { plain, recorded, backTest, templates, hold, disposition, proofMilliseconds, longProof } = records
  const share = Math.round((100 * recorded.messagesPerSecond) / plain.messagesPerSecond)
  const rows: [string, string, string][] = [
    ['import, messages a second', number(plain.messagesPerSecond), ''],
    [
      'the same under holds, retention, log and 1,000 terms',
      `${number(recorded.messagesPerSecond)} (${share} %)`,
      '70 %',
    ],
    ['entries of the log a second', number(disposition.logEntriesPerSecond), ''],
    [
      'back-test of 1,000 terms',
      `${number(backTest.messages)} messages in ${backTest.seconds.toFixed(1)} s`,
      '1,000,000 in 120 s',
    ],
    [
      'hold by query',
      `${number(hold.items)} items in ${hold.seconds} s, slowest search meanwhile ${hold.slowestSearchMs} ms`,
      '1,000,000 in 30 s',
    ],
    ['disposition, items a second', number(disposition.itemsPerSecond), '20,000'],
    ['proof of an item, ms', String(proofMilliseconds), ''],
    [`path in a log of ${number(longProof.entries)}, ms`, String(longProof.milliseconds), '20'],
    [
      'alerts a thousand innocent messages, English and Chinese',
      `${templates.english.alertsPerThousand} and ${templates.chinese.alertsPerThousand}`,
      'under 0.5',
    ],
    ['planted violations found', `${templates.planted.found} of ${templates.planted.messages}`, 'all'],
  ]
  return `## Records\n\n${table(['', '', 'aim'], rows)}`
}

function archiveTable(sizes: readonly SizeFigures[]): string {
  const rows: (readonly [string, (size: SizeFigures) => string, string])[] = [
    [
      'feed to searchable, messages a second',
      (size) => number(size.import.messagesPerSecond),
      '10,000 at 300,000; 8,000 at 1,000,000',
    ],
    [
      'rate against the smallest size',
      (size) => `${Math.round((100 * size.import.messagesPerSecond) / sizes[0]!.import.messagesPerSecond)} %`,
      '70 % at 1,000,000',
    ],
    ['our processor time, µs a message', (size) => String(size.import.programMicroseconds), ''],
    ["the database's, µs a message", (size) => String(size.import.databaseMicroseconds ?? '-'), ''],
    [
      'peak resident memory, MB',
      (size) => String(size.import.peakResidentMegabytes ?? '-'),
      'under 500 at 1,000,000',
    ],
    ['bytes on disk a message', (size) => number(size.import.bytesPerMessage.total), 'under 1,600'],
    ['of these content', (size) => number(size.import.bytesPerMessage.content), ''],
    ['mean e-mail, bytes', (size) => number(size.import.emailBytesMean), ''],
    ['mailbox items', (size) => number(size.import.items), ''],
    ['capture, messages a second', (size) => number(size.capture.messagesPerSecond), 'not gated'],
    ['peak of capture, MB', (size) => String(size.capture.peakResidentMegabytes ?? '-'), ''],
    ['load average before', (size) => String(size.loadAverage), ''],
  ]
  const head = ['', ...sizes.map((size) => number(size.messages)), 'aim']
  return `## Archive\n\n${table(
    head,
    rows.map(([name, value, aim]) => [name, ...sizes.map(value), aim]),
  )}`
}

function searchTable(sizes: readonly SizeFigures[]): string {
  const head = ['p50 / p95, ms (hits)', ...sizes.map((size) => number(size.messages)), 'aim at p95']
  const rows = sizes[0]!.searches.map(({ kind }, place) => [
    kind,
    ...sizes.map(({ searches }) => {
      const { p50Milliseconds, p95Milliseconds, hits } = searches[place]!
      return `${p50Milliseconds} / ${p95Milliseconds} (${number(hits)})`
    }),
    /count|snippets/.test(kind) ? 'under 60' : 'under 20',
  ])
  return `## Search\n\n${table(head, rows)}`
}

function portalParts({ messages, answers, load }: Results['portal'] & {}): string[] {
  const rows = answers.map(({ kind, requests, p50Milliseconds, p95Milliseconds, slowestMilliseconds }) => [
    kind,
    ...[p50Milliseconds, p95Milliseconds, slowestMilliseconds, requests].map(number),
  ])
  return [
    `## The portal over HTTP, ${number(messages)} messages (aim at p95: under 150 ms)\n\n` +
      table(['', 'p50, ms', 'p95, ms', 'slowest, ms', 'asked'], rows),
    `${load.reviewers} reviewers at once, ${load.requestsPerSecond} requests a second for ${load.seconds} s while ` +
      `${number(load.importedMeanwhile)} messages were imported${load.importRanThroughout ? '' : ' (the import ended before)'}: ` +
      `p50 ${load.p50Milliseconds} ms, p95 ${load.p95Milliseconds} ms (aim: under 500), slowest ` +
      `${load.slowestMilliseconds} ms, ${load.errors} errors (aim: none).`,
  ]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function number(value: number): string {
  return value.toLocaleString('en-GB')
}
