/**
 * How fast items are disposed of: an archive of so many items in sealed blocks of a hundred, three months of them, most of
 * which die whole and some of which leave a neighbour that is sealed anew. Nothing is held, so that everything is checked
 * and everything goes.
 */

import { createDispositionRun, dispose } from '../src/archive/disposition/index.ts'
import {
  type BlockRecord,
  contentSealContext,
  encodeContentBlock,
  firstBlockIdOf,
} from '../src/archive/index.ts'
import { integrate } from '../src/archive/log/index.ts'
import { firstMessageIdAt } from '../src/domain/codes.ts'
import { copyRows, inTransaction } from '../src/platform/postgres/index.ts'
import { systemRandom } from '../src/platform/random.ts'
import { compress, sealBlock } from '../src/platform/sealing/index.ts'
import { employees } from './corpus.ts'
import type { Firm } from './firm.ts'

export interface DispositionFigures {
  readonly items: number
  readonly itemsPerSecond: number
  /** Blocks that something lived on in, which was sealed anew. */
  readonly resealedBlocks: number
  /** The entries in the integrity log, which the sequencer makes afterwards. */
  readonly logEntriesPerSecond: number
}

const recordsPerBlock = 100
const blocksPerSegment = 50
/** Every so many blocks keep one item. */
const mixedEvery = 20
/** Years before the bench of holds, which fills 2019. */
const start = Date.UTC(2016, 0, 1)
const months = 3

/** Fills the archive of a firm that was founded with `items`, and disposes of most of them. */
export async function measureDisposition(firm: Firm, items: number): Promise<DispositionFigures> {
  const { centre } = firm
  await fill(firm, items)
  await integrate(centre)
  const run = await inTransaction(centre.pool, async (client) => {
    const id = await createDispositionRun(client, {
      ...{ reason: 'retention', requestedBy: 'bench', asOf: centre.clock.now() },
    })
    await client.query(
      `insert into disposition_item (run_id, message_id, mailbox_id, basis)
       select $1, i.message_id, i.mailbox_id, '{"policy": 1}' from item as i join message as m on m.id = i.message_id
        where m.place > 0 or m.block_id % $2 <> 0`,
      [id, mixedEvery],
    )
    return id
  })
  const begun = performance.now()
  const { disposed } = await dispose({ ...centre, random: systemRandom }, run)
  const seconds = (performance.now() - begun) / 1000
  const logBegun = performance.now()
  const { entered } = await integrate(centre)
  const logSeconds = (performance.now() - logBegun) / 1000
  const kept = await centre.pool.query<{ blocks: bigint }>('select count(*) as blocks from message')
  return {
    items: disposed,
    itemsPerSecond: Math.round(disposed / seconds),
    resealedBlocks: Number(kept.rows[0]!.blocks),
    logEntriesPerSecond: Math.round(entered / logSeconds),
  }
}

async function fill(firm: Firm, items: number): Promise<void> {
  const { centre } = firm
  const { pool } = centre
  for (let month = 1; month <= months; month += 1) await pool.query('select ensure_month(2016, $1)', [month])
  const connector = await someConnector(firm)
  const { rows: mailboxes } = await pool.query<{ id: number }>('select id from mailbox order by id')
  await pool.query(`insert into conversation (id, family, vendor_id, type) overriding system value values (1, 2, 'x', 1)
                    on conflict do nothing`)
  await pool.query(`insert into mapping_explanation (id, explanation) overriding system value values (1, 'by bench')
                    on conflict do nothing`)
  const stepMs = (months * 28 * 24 * 3_600_000) / items
  const perSegment = recordsPerBlock * blocksPerSegment
  for (let first = 0; first < items; first += perSegment)
    await fillSegment(centre, connector, mailboxes, {
      ...{ first, last: Math.min(items, first + perSegment), stepMs },
    })
  for (let month = 1; month <= months; month += 1) await pool.query('select settle_month(2016, $1)', [month])
}

interface SomeConnector {
  readonly id: number
  readonly feed_account_id: number
}

/** The firm's connector, or one that never runs. */
async function someConnector({ centre }: Firm): Promise<SomeConnector> {
  const { rows: known } = await centre.pool.query<SomeConnector>(
    'select id, feed_account_id from connector limit 1',
  )
  if (known[0]) return known[0]
  const { rows } = await centre.pool.query<SomeConnector>(
    `with account as (insert into feed_account (site_url, username) values ('http://127.0.0.1/', 'bench') returning id)
     insert into connector (name, type, feed_account_id, sealed_password, automatic_mapping, terms_version,
                            terms_accepted_by, terms_accepted_at, schedule_cron, schedule_zone, created_at)
     select 'bench of disposition', 'wechat', id, '', true, '1', 'bench', now(), '0 0 * * *', 'UTC', now() from account
     returning id, feed_account_id`,
  )
  return rows[0]!
}

interface Slice {
  readonly first: number
  readonly last: number
  readonly stepMs: number
}

async function fillSegment(
  { pool, objects, vault }: Firm['centre'],
  connector: SomeConnector,
  mailboxes: readonly { readonly id: number }[],
  { first, last, stepMs }: Slice,
): Promise<void> {
  const name = `segments/bench/${String(first).padStart(12, '0')}`
  const keys: Buffer[] = []
  const bodies: Buffer[] = []
  const offsets: number[] = []
  let offset = 0
  for (let at = first; at < last; at += recordsPerBlock) {
    const records = Array.from({ length: Math.min(recordsPerBlock, last - at) }, (_, place) =>
      recordOf(at + place),
    )
    const key = systemRandom.bytes(32)
    const frame = compress(encodeContentBlock(records, systemRandom.bytes(32)))
    const body = sealBlock(key, frame, contentSealContext(name, offset), systemRandom)
    keys.push(key)
    bodies.push(body)
    offsets.push(offset)
    offset += body.byteLength
  }
  await objects.put(name, Buffer.concat(bodies))
  const wrapped = await vault.wrap(keys)
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: bigint }>(
      `insert into segment (connector_id, object_name, bytes, adopted_at, created_at)
       values ($1, $2, $3, now(), now()) returning id`,
      [connector.id, name, offset],
    )
    const block = firstBlockIdOf(rows[0]!.id)
    await client.query(
      `insert into block (id, segment_id, byte_offset, bytes, records, wrapped_key)
       select $1 + place - 1, $2, o, b, 100, k from unnest($3::bigint[], $4::int[], $5::bytea[]) with ordinality as n (o, b, k, place)`,
      [
        block,
        rows[0]!.id,
        offsets,
        bodies.map((one) => one.byteLength),
        wrapped.map((one) => Buffer.from(one)),
      ],
    )
    const lines = linesOf(first, last, stepMs, block, connector.feed_account_id, mailboxes)
    await copyRows(client, messageCopy, [Buffer.from(lines.messages)])
    await copyRows(client, itemCopy, [Buffer.from(lines.items)])
    await copyRows(client, logCopyOfBench, [Buffer.from(lines.log)])
  })
}

const messageCopy = `copy message (id, captured_at, received_at, block_id, email_bytes, sequence, conversation_id, feed_account_id,
  offset_minutes, place, channel, kind, event, item_count, parts, has_attachments, message_key, sha256, recipient_ids, subject,
  words) from stdin`
const itemCopy = 'copy item (message_id, mailbox_id, explanation_id, folder) from stdin'
const logCopyOfBench = 'copy log_pending (at, kind, message_id, mailbox_id, commitment) from stdin'

function linesOf(
  first: number,
  last: number,
  stepMs: number,
  firstBlock: bigint,
  account: number,
  mailboxes: readonly { readonly id: number }[],
) {
  let [messages, items, log] = ['', '', '']
  for (let number = first; number < last; number += 1) {
    const id = firstMessageIdAt(Math.floor(start + number * stepMs)) | BigInt(number % 2_097_152)
    const block = firstBlock + BigInt(Math.floor((number - first) / recordsPerBlock))
    const key = keyOf(number).toString('hex')
    const mailbox = mailboxes[number % Math.min(mailboxes.length, employees)]!.id
    const words = Array.from(
      { length: 14 },
      (_, place) => `'w${(number * 31 + place * place * 977) % 20_000}':${place + 1}`,
    )
    messages += `${id}\t2016-04-01Z\t2016-04-01Z\t${block}\t500\t${number}\t1\t${account}\t0\t${number % recordsPerBlock}\t2\t1\t1\t1\t1\tf\t\\\\x${key}\t\\\\x${key}\t{}\tA subject as long as most\t${words.join(' ')} '=c1' '=m${mailbox}'\n`
    items += `${id}\t${mailbox}\t1\t2\n`
    log += `2016-04-01Z\timport\t${id}\t${mailbox}\t\\\\x${key}\n`
  }
  return { messages, items, log }
}

function keyOf(number: number): Buffer {
  const key = Buffer.alloc(32)
  key.writeUInt32BE(number)
  return key
}

function recordOf(number: number): BlockRecord {
  return {
    source: 'wecom-archive',
    sequence: number,
    capturedAt: start,
    messageKey: keyOf(number),
    email: {
      skeleton: Buffer.from(
        `From: someone${number % 997}\r\nSubject: A subject as long as most\r\n\r\nWhat people write, ${number}: see you at ten.\r\n`.repeat(
          3,
        ),
      ),
      holes: [],
    },
    raw: {
      channel: 'wecom',
      bytes: Buffer.from(`{"msgid":"${number}","text":"What people write, ${number}: see you at ten."}`),
      place: {},
      context,
      attachments: [],
    } as unknown as BlockRecord['raw'],
  }
}
const context = {}
