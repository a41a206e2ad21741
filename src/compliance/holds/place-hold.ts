import { AppError } from '../../domain/errors.ts'
import type { Client } from '../../platform/postgres/index.ts'
import { changeHolds, holdRow } from './change.ts'
import type { HoldParts, HoldViewer } from './parts.ts'
import { checkHold, kindOf, type NewHold, refused } from './rules.ts'

/**
 * Places a hold over mailboxes (their ids) and answers its number; from its commit on nothing of them is disposed of.
 * A query's items are written down afterwards (`evaluateHolds`); until then the whole mailboxes are held.
 * Throws `hold-refused`, `hold-exists`, `bad-query`, `mailbox-not-found`.
 */
export async function placeHold(
  parts: HoldParts,
  hold: NewHold,
  mailboxIds: readonly number[],
  by: HoldViewer,
): Promise<number> {
  checkHold(hold, parts.clock.now())
  return changeHolds(parts, async (client) => {
    await requireMailboxes(client, mailboxIds)
    await requireReaders(client, hold.readers)
    const kind = kindOf(hold)
    const { rows } = await client
      .query<{ id: number }>('select place_hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as id', [
        ...[hold.name, kind, hold.caseName, hold.query, hold.days, hold.note, hold.owner, hold.url],
        ...[hold.confidential, [...hold.readers], by.username, [...mailboxIds]],
      ])
      .catch((cause: { code?: string }) => {
        if (cause.code !== '23505') throw cause
        throw new AppError('hold-exists', `There is a hold "${hold.name}" already; choose another name.`, {
          cause,
        })
      })
    const { id } = rows[0]!
    const { query, days, confidential } = hold
    return {
      result: id,
      change: {
        operation: 'place-hold',
        target: hold.confidential ? `hold ${id}` : hold.name,
        by: by.username,
        details: {
          hold: id,
          kind,
          mailboxes: mailboxIds.length,
          days,
          confidential,
          ...(confidential ? {} : { query }),
        },
        log: {
          kind: 'hold',
          facts: { hold: id, kind, days, confidential, mailboxes: [...mailboxIds].sort((a, b) => a - b) },
        },
      },
    }
  })
}

/** Adds mailboxes to a hold. Throws `hold-not-found`, `hold-refused` for one that is released. */
export async function addHoldMailboxes(
  parts: HoldParts,
  hold: number | string,
  mailboxIds: readonly number[],
  by: HoldViewer,
): Promise<void> {
  await changeHolds(parts, async (client) => {
    const row = await holdRow(client, by, hold)
    if (row.released_at !== null) throw refused(`The hold "${row.name}" is released; place another one.`)
    await requireMailboxes(client, mailboxIds)
    await client.query('select add_hold_mailboxes($1, $2, $3)', [row.id, [...mailboxIds], by.username])
    const mailboxes = [...mailboxIds].sort((a, b) => a - b)
    return {
      result: undefined,
      change: {
        operation: 'change-hold',
        target: row.confidential ? `hold ${row.id}` : row.name,
        by: by.username,
        details: { hold: row.id, added: mailboxes.length },
        log: { kind: 'hold', facts: { hold: row.id, added: mailboxes } },
      },
    }
  })
}

/** Lets somebody else see a confidential hold. Throws `hold-not-found`, `user-not-found`. */
export async function giveHold(
  parts: HoldParts,
  hold: number | string,
  reader: string,
  by: HoldViewer,
): Promise<void> {
  await changeHolds(parts, async (client) => {
    const row = await holdRow(client, by, hold)
    await requireReaders(client, [reader])
    await client.query('select give_hold($1, $2)', [row.id, reader])
    return {
      result: undefined,
      change: {
        ...{
          operation: 'change-hold',
          target: row.confidential ? `hold ${row.id}` : row.name,
          by: by.username,
        },
        details: { hold: row.id, reader },
      },
    }
  })
}

async function requireMailboxes(client: Client, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) throw refused('A hold needs at least one mailbox; an empty list never means all.')
  const { rows } = await client.query<{ id: number }>('select id from mailbox where id = any($1::int[])', [
    [...ids],
  ])
  const known = new Set(rows.map(({ id }) => id))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown !== undefined)
    throw new AppError('mailbox-not-found', `There is no mailbox with the number ${unknown}.`)
}

async function requireReaders(client: Client, readers: readonly string[]): Promise<void> {
  if (readers.length === 0) return
  const { rows } = await client.query<{ username: string }>(
    'select username from app_user where username = any($1::text[]) and disabled_at is null',
    [[...readers]],
  )
  const known = new Set(rows.map(({ username }) => username))
  const unknown = readers.find((reader) => !known.has(reader))
  if (unknown !== undefined)
    throw new AppError('user-not-found', `There is no user "${unknown}" to see the hold.`)
}
