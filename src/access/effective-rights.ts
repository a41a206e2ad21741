import { type RawBuilder, sql } from 'kysely'
import { isRole, type Role } from '../domain/roles.ts'

/** What the two columns of `rightsColumns` hold. */
export interface RightsRow {
  readonly roles: readonly string[]
  readonly mailbox_ids: readonly number[] | null
}

/**
 * Two columns for a query whose `app_user` is called u: the roles of all role groups of the person, and the
 * mailboxes that his search filters and those of his role groups allow together (null where there is no filter).
 */
export function rightsColumns(): RawBuilder<unknown> {
  return sql`
    array(
      select distinct role from role_group_member m
      join role_group g on g.id = m.role_group_id cross join unnest(g.roles) role
      where m.user_id = u.id) as roles,
    case when exists (select from search_filter f where ${concernsUser()}) then array(
      select b.id from mailbox b
      where exists (
        select from search_filter f
        where ${concernsUser()} and (
          b.id = any(f.mailbox_ids)
          or lower(b.department) = any(select lower(d) from unnest(f.departments) d)))
      order by b.id) end as mailbox_ids`
}

/** Filters f of the user u, his own or one of his role groups'. */
export function concernsUser(): RawBuilder<boolean> {
  return sql<boolean>`(f.user_id = u.id
    or f.role_group_id in (select m.role_group_id from role_group_member m where m.user_id = u.id))`
}

/** Words that were roles once are none now. */
export function rolesOf(row: RightsRow): ReadonlySet<Role> {
  return new Set(row.roles.filter(isRole))
}
