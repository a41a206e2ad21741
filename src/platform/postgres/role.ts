import type { Queryable } from './pool.ts'

/**
 * What the connected role may do that the application must not, each as the end of a sentence "it …". Empty
 * when it is safe: holds are only enforced by the database as long as the application cannot alter it.
 */
export async function roleProblems(database: Queryable): Promise<string[]> {
  const answer = await database.query(`
    SELECT
      (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
      (SELECT rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS administers,
      (SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('public', 'pgboss') AND c.relkind IN ('r', 'p')
          AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owned,
      (SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
          AND (has_table_privilege(c.oid, 'TRUNCATE') OR has_table_privilege(c.oid, 'TRIGGER'))) AS truncatable,
      (SELECT coalesce(bool_or(has_schema_privilege(oid, 'CREATE')), false) FROM pg_namespace
        WHERE nspname IN ('public', 'pgboss')) AS creates
  `)
  const found = answer.rows[0]
  const problems: [boolean, string][] = [
    [found.superuser, 'is a superuser'],
    [found.administers, 'may make roles or pass row security'],
    [found.owned > 0, `owns ${found.owned} of the product's tables`],
    [found.truncatable > 0, `may truncate or put triggers on ${found.truncatable} tables`],
    [found.creates, 'may create tables'],
  ]
  return problems.filter(([applies]) => applies).map(([, problem]) => problem)
}
