import type { Client } from '../../platform/postgres/index.ts'

/** What the integrity log tells of. The list only ever grows: leaves keep their words for ever. */
export const logKinds = [
  'import',
  'hold',
  'release',
  'label',
  'policy',
  'disposition',
  'move',
  'export',
  'role-change',
  'audit',
  'backup',
  'restore',
  'escrow',
] as const
export type LogKind = (typeof logKinds)[number]

export interface LogNote {
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  readonly kind: LogKind
  /** Of an entry about one item. */
  readonly item?: { readonly messageId: bigint; readonly mailboxId: number }
  /** 32 bytes: what the entry commits to. */
  readonly commitment?: Uint8Array
  /** Counts, ids of ours, hashes; never a name, a number, an address or a word of a message. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** The way in for the many entries of an import. */
export const logCopy = 'copy log_pending (at, kind, message_id, mailbox_id, commitment) from stdin'

/** @param at ISO time; @param commitment null where the sequencer has to find it. */
export function logLine(
  at: string,
  messageId: bigint,
  mailboxId: number,
  commitment: Uint8Array | null,
): string {
  return `${at}\timport\t${messageId}\t${mailboxId}\t${commitment ? `\\\\x${Buffer.from(commitment).toString('hex')}` : '\\N'}\n`
}

/**
 * Notes entries for the integrity log in the caller's transaction: they are entered, in this order, once it has
 * committed, and never if it has not.
 */
export async function noteLogEntries(
  client: Pick<Client, 'query'>,
  notes: readonly LogNote[],
): Promise<void> {
  if (notes.length === 0) return
  await client.query(
    `insert into log_pending (at, kind, message_id, mailbox_id, commitment, facts)
     select * from unnest($1::timestamptz[], $2::text[], $3::bigint[], $4::int[], $5::bytea[], $6::jsonb[])`,
    [
      notes.map(({ at }) => new Date(at)),
      notes.map(({ kind }) => kind),
      notes.map(({ item }) => item?.messageId ?? null),
      notes.map(({ item }) => item?.mailboxId ?? null),
      notes.map(({ commitment }) => (commitment ? Buffer.from(commitment) : null)),
      notes.map(({ facts }) => (facts ? JSON.stringify(facts) : null)),
    ],
  )
}
