/**
 * Numbers of participants, conversations and explanations. They are the same few again and again, so each is
 * looked up once a run. New rows are committed by themselves before the page that needs them: a page that is
 * rolled back leaves a name that nothing refers to yet, and will find it again.
 */
import { identityTypeCodes } from '../domain/codes.ts'
import { identityKey } from '../domain/identity.ts'
import { nameWords } from '../domain/text/index-parts.ts'
import type { Pool } from '../platform/postgres/index.ts'
import { makeMonths } from './message-ids.ts'
import type { StagedConversation, StagedParticipant } from './staged-catalogue.ts'

export interface Directories {
  /** In the order given. */
  participantIds(participants: readonly StagedParticipant[]): Promise<number[]>
  conversationIds(conversations: readonly StagedConversation[]): Promise<number[]>
  explanationIds(explanations: readonly string[]): Promise<Map<string, number>>
  /**
   * Makes the partitions that messages of these times (ms UTC) fall in. To be called before the transaction has
   * touched a message: a partition cannot be made while anyone, the caller included, works in the table.
   */
  ensureMonths(sentAt: readonly number[]): Promise<void>
  /** Notes who takes part where: participant ids by conversation id. */
  noteMembers(members: ReadonlyMap<number, ReadonlySet<number>>): Promise<void>
}

const rememberedMax = 500_000

export function createDirectories(pool: Pool): Directories {
  const participants = remembering<number>()
  const conversations = remembering<number>()
  const explanations = remembering<number>()
  const members = new Map<number, Set<number>>()
  let membersRemembered = 0
  const monthsMade = new Set<string>()

  return {
    async participantIds(wanted) {
      const missing = wanted.filter((one) => !participants.has(participantKey(one)))
      if (missing.length > 0) await addParticipants(pool, missing, participants)
      return wanted.map((one) => participants.get(participantKey(one))!)
    },
    async conversationIds(wanted) {
      const missing = wanted.filter((one) => !conversations.has(conversationKey(one)))
      if (missing.length > 0) await addConversations(pool, missing, conversations)
      return wanted.map((one) => conversations.get(conversationKey(one))!)
    },
    async explanationIds(wanted) {
      const missing = wanted.filter((one) => !explanations.has(one))
      if (missing.length > 0) await addExplanations(pool, missing, explanations)
      return new Map(wanted.map((one) => [one, explanations.get(one)!]))
    },
    async ensureMonths(sentAt) {
      const months = new Set(sentAt.map((ms) => new Date(ms).toISOString().slice(0, 7)))
      const missing = [...months].filter((month) => !monthsMade.has(month))
      if (missing.length > 0) await makeMonths(pool, missing)
      for (const month of missing) monthsMade.add(month)
    },
    async noteMembers(page) {
      const fresh: [conversation: number, participant: number][] = []
      for (const [conversation, participants] of page) {
        const known = members.get(conversation)
        for (const participant of participants) {
          if (!known?.has(participant)) fresh.push([conversation, participant])
        }
      }
      if (fresh.length === 0) return
      await pool.query(
        `insert into conversation_participant (conversation_id, participant_id)
         select * from unnest($1::int[], $2::int[]) on conflict do nothing`,
        [fresh.map(([conversation]) => conversation), fresh.map(([, participant]) => participant)],
      )
      if (membersRemembered > rememberedMax) {
        members.clear()
        membersRemembered = 0
      }
      membersRemembered += fresh.length
      for (const [conversation, participant] of fresh) {
        const known = members.get(conversation)
        if (known) known.add(participant)
        else members.set(conversation, new Set([participant]))
      }
    },
  }
}

/** A map that starts over when it has grown too large for a long run. */
function remembering<Value>(): Map<string, Value> {
  const map = new Map<string, Value>()
  const set = map.set.bind(map)
  map.set = (key, value) => {
    if (map.size >= rememberedMax) map.clear()
    return set(key, value)
  }
  return map
}

/** The name is part of the key, so that a new name of a known person reaches the directory. */
function participantKey({ identity, name }: StagedParticipant): string {
  return `${identityKey(identity)}\n${name ?? ''}`
}

function conversationKey({ family, vendorId, name }: StagedConversation): string {
  return `${family}\n${vendorId}\n${name ?? ''}`
}

async function addParticipants(
  pool: Pool,
  missing: readonly StagedParticipant[],
  known: Map<string, number>,
): Promise<void> {
  const unique = [...new Map(missing.map((one) => [identityKey(one.identity), one])).values()]
  const answer = await pool.query<{ id: number }>(
    `with given as (
       select * from unnest($1::smallint[], $2::text[], $3::text[], $4::text[])
         with ordinality as given (identity_type, identity_value, name, words, place)
     ), written as (
       insert into participant (identity_type, identity_value, name, words)
       select identity_type, identity_value, name, words::tsvector from given order by identity_type, identity_value
       on conflict (identity_type, md5(identity_value)) do update
         set name = coalesce(excluded.name, participant.name),
             words = case when tsvector_to_array(participant.words) @> tsvector_to_array(excluded.words) then participant.words
                          else participant.words || excluded.words end
       returning id, identity_type, identity_value
     )
     select written.id from given join written using (identity_type, identity_value) order by place`,
    [
      unique.map(({ identity }) => identityTypeCodes.codeOf(identity.type)),
      unique.map(({ identity }) => identity.value),
      unique.map(({ name }) => name ?? null),
      unique.map(({ identity, name }) =>
        nameWords(name === undefined ? [identity.value] : [name, identity.value]),
      ),
    ],
  )
  const ids = new Map(unique.map((one, place) => [identityKey(one.identity), answer.rows[place]!.id]))
  for (const one of missing) known.set(participantKey(one), ids.get(identityKey(one.identity))!)
}

async function addConversations(
  pool: Pool,
  missing: readonly StagedConversation[],
  known: Map<string, number>,
): Promise<void> {
  const unique = [...new Map(missing.map((one) => [`${one.family}\n${one.vendorId}`, one])).values()]
  const answer = await pool.query<{ id: number }>(
    `with given as (
       select * from unnest($1::smallint[], $2::text[], $3::text[], $4::smallint[], $5::text[])
         with ordinality as given (family, vendor_id, name, type, words, place)
     ), written as (
       insert into conversation (family, vendor_id, name, type, words)
       select family, vendor_id, name, type, words::tsvector from given order by family, vendor_id
       on conflict (family, md5(vendor_id)) do update
         set name = coalesce(excluded.name, conversation.name),
             words = case when tsvector_to_array(conversation.words) @> tsvector_to_array(excluded.words) then conversation.words
                          else conversation.words || excluded.words end
       returning id, family, vendor_id
     )
     select written.id from given join written using (family, vendor_id) order by place`,
    [
      unique.map(({ family }) => family),
      unique.map(({ vendorId }) => vendorId),
      unique.map(({ name }) => name ?? null),
      unique.map(({ type }) => (type === 'direct' ? 1 : 2)),
      unique.map(({ name }) => (name === undefined ? '' : nameWords([name]))),
    ],
  )
  const ids = new Map(unique.map((one, place) => [`${one.family}\n${one.vendorId}`, answer.rows[place]!.id]))
  for (const one of missing) known.set(conversationKey(one), ids.get(`${one.family}\n${one.vendorId}`)!)
}

async function addExplanations(
  pool: Pool,
  missing: readonly string[],
  known: Map<string, number>,
): Promise<void> {
  const unique = [...new Set(missing)].sort()
  await pool.query(
    `insert into mapping_explanation (explanation) select * from unnest($1::text[]) on conflict do nothing`,
    [unique],
  )
  const answer = await pool.query<{ id: number; explanation: string }>(
    `select id, explanation from mapping_explanation where md5(explanation) in (select md5(one) from unnest($1::text[]) as one)`,
    [unique],
  )
  for (const { id, explanation } of answer.rows) known.set(explanation, id)
}
