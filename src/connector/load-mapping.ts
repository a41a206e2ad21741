import type { RegisteredUsersAnswer } from '../domain/feed/contract.ts'
import {
  compileMapping,
  type DirectoryMailbox,
  type Mapping,
  type RegisteredUser,
} from '../domain/mapping.ts'
import type { MappingRow } from '../domain/mapping-file.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { Connector } from './connectors.ts'

/** The mapping of a connector as it is now: its CSV, the registered users, the mailboxes of the directory. */
export async function loadMapping(queries: Queries, connector: Connector): Promise<Mapping> {
  const [rows, users, mailboxes] = await Promise.all([
    mappingRowsOf(queries, connector),
    registeredUsersOf(queries, connector),
    directoryMailboxes(queries),
  ])
  return compileMapping({
    rows,
    automatic: connector.automaticMapping,
    registeredUsers: users,
    mailboxes,
    catchAll: connector.catchAllMailboxId,
  })
}

export async function directoryMailboxes(queries: Queries): Promise<DirectoryMailbox[]> {
  const [rows, held] = await Promise.all([
    queries.selectFrom('mailbox').selectAll().orderBy('id').execute(),
    queries
      .selectFrom('mailbox_address')
      .select(['mailbox_id', 'address', 'valid_from', 'valid_to'])
      .orderBy('id')
      .execute(),
  ])
  const heldBy = Map.groupBy(held, ({ mailbox_id }) => mailbox_id)
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    active: row.active,
    activeFrom: row.active_from?.getTime() ?? null,
    activeTo: row.active_to?.getTime() ?? null,
    addresses: (heldBy.get(row.id) ?? []).map(({ address, valid_from, valid_to }) => ({
      ...{ address, from: valid_from?.getTime() ?? null, to: valid_to?.getTime() ?? null },
    })),
  }))
}

export async function mappingRowsOf(
  queries: Queries,
  connector: Pick<Connector, 'id'>,
): Promise<MappingRow[]> {
  const rows = await queries
    .selectFrom('connector_mapping')
    .innerJoin('mailbox', 'mailbox.id', 'connector_mapping.mailbox_id')
    .select(['row_number', 'phone', 'address', 'valid_from', 'valid_to'])
    .where('connector_id', '=', connector.id)
    .orderBy('row_number')
    .execute()
  return rows.map((row) => ({
    row: row.row_number,
    phone: row.phone,
    mailboxAddress: row.address,
    ...(row.valid_from === null ? {} : { validFrom: row.valid_from.getTime() }),
    ...(row.valid_to === null ? {} : { validTo: row.valid_to.getTime() }),
  }))
}

export async function registeredUsersOf(queries: Queries, connector: Connector): Promise<RegisteredUser[]> {
  const rows = await queries
    .selectFrom('registered_user')
    .selectAll()
    .where('feed_account_id', '=', connector.feedAccountId)
    .execute()
  return rows.map((row) => ({
    name: row.name,
    mobile: row.mobile,
    email: row.email,
    wecomUserid: row.wecom_userid,
    validFrom: row.valid_from?.getTime() ?? null,
    validTo: row.valid_to?.getTime() ?? null,
  }))
}

/** Replaces the centre's copy of the site's registered users. */
export async function storeRegisteredUsers(
  queries: Queries,
  connector: Connector,
  users: RegisteredUsersAnswer['users'],
): Promise<void> {
  await queries.transaction().execute(async (transaction) => {
    // Connectors of one account may run at once: each replaces the whole list, one after the other.
    await transaction
      .selectFrom('feed_account')
      .select('id')
      .where('id', '=', connector.feedAccountId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    await transaction
      .deleteFrom('registered_user')
      .where('feed_account_id', '=', connector.feedAccountId)
      .execute()
    for (let from = 0; from < users.length; from += 1_000) {
      await transaction
        .insertInto('registered_user')
        .values(
          users.slice(from, from + 1_000).map((user) => ({
            feed_account_id: connector.feedAccountId,
            site_user_id: user.id,
            name: user.name,
            mobile: user.mobile,
            email: user.email,
            wecom_userid: user.wecomUserid,
            valid_from: user.validFrom === null ? null : new Date(user.validFrom),
            valid_to: user.validTo === null ? null : new Date(user.validTo),
          })),
        )
        .execute()
    }
  })
}
