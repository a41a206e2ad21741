import type { Client } from '../platform/postgres/index.ts'
import type { CatalogueRow } from './message-rows.ts'

/**
 * Attachments that a further observation brought and the message lacks (the first capture had no media): they are
 * catalogued after the message's own, and large ones kept when the site lets go of its journal; small ones lie in
 * the observation's block. The message's e-mail stays as it is.
 */
export async function keepObservedAttachments(
  client: Client,
  observations: readonly CatalogueRow[],
): Promise<void> {
  const observed = observations.flatMap(({ id, staged }) =>
    staged.attachments.map((attachment) => ({ id, attachment })),
  )
  if (observed.length === 0) return
  await client.query(
    `with seen as (
       select distinct on (message_id, digest) *
         from unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::bigint[])
           as given (message_id, digest, name, media_type, size)
         order by message_id, digest
     ), lacking as (
       select seen.*, attachment.id as attachment_id,
              row_number() over (partition by message_id order by digest) - 1
                + coalesce((select max(place) + 1 from message_attachment own where own.message_id = seen.message_id), 0) as place
         from seen left join attachment on attachment.sha256 = digest
        where not exists (select from message_attachment own where own.message_id = seen.message_id and own.sha256 = digest)
     ), referred as (
       update attachment set reference_count = reference_count + added, staged_page_id = null
         from (select attachment_id, count(*) as added from lacking group by attachment_id) as reference
        where attachment.id = reference.attachment_id
     ), marked as (
       update message set has_attachments = true, words = words || '=a'::tsvector
        where id in (select message_id from lacking) and not has_attachments
     )
     insert into message_attachment (message_id, place, name, media_type, bytes, sha256, attachment_id)
     select message_id, place, name, media_type, size, digest, attachment_id from lacking`,
    [
      observed.map(({ id }) => id),
      observed.map(({ attachment }) => Buffer.from(attachment.sha256, 'hex')),
      observed.map(({ attachment }) => attachment.name),
      observed.map(({ attachment }) => attachment.mediaType),
      observed.map(({ attachment }) => attachment.bytes),
    ],
  )
}
