import type { Client } from '../platform/postgres/index.ts'

/**
 * Links messages of exports (which have no ids) to those of other exports that are probably the same message:
 * said in the same minute in the same words, captured from another phone. The score (0 to 1) adds what else
 * agrees; from 0.6 on the pair is kept, once, the earlier id first. A link is shown; it never merges.
 */
export async function linkMessages(client: Client, newIds: readonly bigint[]): Promise<void> {
  if (newIds.length === 0) return
  await client.query(
    `insert into message_link (message_id, other_message_id, score, evidence)
     select message_id, other_id, score, evidence from (
       select least(fresh.id, other.id) as message_id, greatest(fresh.id, other.id) as other_id,
              0.4 + case when fresh.sender_id = other.sender_id or fresh_sender.name = other_sender.name then 0.3 else 0 end
                  + case when fresh_chat.name = other_chat.name then 0.25 else 0 end
                  + case when fresh.id >> 21 = other.id >> 21 then 0.05 else 0 end as score,
              concat_ws(', ', 'same minute and words',
                  case when fresh.sender_id = other.sender_id or fresh_sender.name = other_sender.name then 'same sender' end,
                  case when fresh_chat.name = other_chat.name then 'same chat name' end) as evidence
         from message fresh
         join message other on other.link_key = fresh.link_key and other.id <> fresh.id
              and other.id >= fresh.id - (60000::bigint << 21) and other.id <= fresh.id + (60000::bigint << 21)
              and other.channel = fresh.channel and other.custodian_id is distinct from fresh.custodian_id
         join conversation fresh_chat on fresh_chat.id = fresh.conversation_id
         join conversation other_chat on other_chat.id = other.conversation_id
         left join participant fresh_sender on fresh_sender.id = fresh.sender_id
         left join participant other_sender on other_sender.id = other.sender_id
        where fresh.id = any($1::bigint[]) and fresh.link_key is not null) as pairs
      where score >= 0.6
     on conflict do nothing`,
    [newIds],
  )
}
