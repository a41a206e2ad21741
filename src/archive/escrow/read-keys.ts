/** Keys out of the catalogue, with what they open. */

import { idsOf, type KeyId, keyKinds } from './ends.ts'
import type { EscrowParts } from './parts.ts'
import type { EscrowedBlock, EscrowedKeys, EscrowedMessage } from './sealed-keys.ts'

type ReadingParts = Pick<EscrowParts, 'pool' | 'vault'>

/** Of those that are there still. */
export async function readKeys(parts: ReadingParts, keys: readonly KeyId[]): Promise<EscrowedKeys> {
  return {
    blocks: await readBlocks(parts, idsOf(keys, keyKinds.block)),
    attachments: await readAttachments(parts, idsOf(keys, keyKinds.attachment)),
  }
}

async function readBlocks(parts: ReadingParts, ids: readonly bigint[]): Promise<EscrowedBlock[]> {
  if (ids.length === 0) return []
  const { rows } = await parts.pool.query<{
    id: bigint
    object_name: string
    byte_offset: bigint
    bytes: number
    wrapped_key: Buffer
  }>(
    `select block.id, object_name, byte_offset, block.bytes, wrapped_key
       from block join segment on segment.id = block.segment_id where block.id = any($1) order by block.id`,
    [ids],
  )
  const keys = await parts.vault.unwrap(rows.map(({ wrapped_key }) => wrapped_key))
  const messages = await readMessages(parts, ids)
  return rows.map((row, place) => ({
    id: String(row.id),
    object: row.object_name,
    offset: Number(row.byte_offset),
    bytes: row.bytes,
    key: Buffer.from(keys[place]!).toString('base64'),
    messages: messages.get(row.id) ?? [],
  }))
}

async function readMessages(
  { pool }: ReadingParts,
  blockIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, EscrowedMessage[]>> {
  const { rows } = await pool.query<{
    id: bigint
    block_id: bigint
    place: number
    sha256: Buffer
    email_bytes: bigint
    mailboxes: string[]
    leaves: bigint[]
    attachments: Record<string, string> | null
  }>(
    `select m.id, m.block_id, m.place, m.sha256, m.email_bytes,
            array(select b.address from item as i join mailbox as b on b.id = i.mailbox_id
                   where i.message_id = m.id order by b.address) as mailboxes,
            array(select leaf from log_leaf as l where l.message_id = m.id order by leaf) as leaves,
            (select jsonb_object_agg(t.place, a.object_name) from message_attachment as t
               join attachment as a on a.id = t.attachment_id where t.message_id = m.id) as attachments
       from message as m where m.block_id = any($1) order by m.block_id, m.place`,
    [blockIds],
  )
  const found = new Map<bigint, EscrowedMessage[]>()
  for (const row of rows) {
    const message: EscrowedMessage = {
      place: row.place,
      id: String(row.id),
      sha256: row.sha256.toString('base64'),
      bytes: Number(row.email_bytes),
      mailboxes: row.mailboxes,
      leaves: row.leaves.map(Number),
      attachments: row.attachments ?? {},
    }
    found.set(row.block_id, [...(found.get(row.block_id) ?? []), message])
  }
  return found
}

async function readAttachments(
  { pool, vault }: ReadingParts,
  ids: readonly bigint[],
): Promise<EscrowedKeys['attachments']> {
  if (ids.length === 0) return []
  const { rows } = await pool.query<{ id: bigint; object_name: string; wrapped_key: Buffer }>(
    'select id, object_name, wrapped_key from attachment where id = any($1) order by id',
    [ids],
  )
  const keys = await vault.unwrap(rows.map(({ wrapped_key }) => wrapped_key))
  return rows.map(({ id, object_name }, place) => ({
    id: String(id),
    object: object_name,
    key: Buffer.from(keys[place]!).toString('base64'),
  }))
}
