import { type CountOptions, countItems } from './count-items.ts'
import type { Query, QueryNode } from './query.ts'
import type { SqlClient } from './sql-client.ts'

/**
 * How many items the search could not see into: those with attachments (whose content is not indexed) that lie in
 * the query's scope of time, people, kind and mailboxes and do not match by what is indexed of them. 0 for a query
 * that asks for no words: then nothing had to be read.
 */
export async function countPartiallyIndexed(
  db: SqlClient,
  query: Query,
  options: CountOptions = {},
): Promise<number> {
  if (!asksForWords(query.root)) return 0
  const conjuncts = query.root.type === 'and' ? query.root.nodes : [query.root]
  const scope = conjuncts.filter((node) => !asksForWords(node))
  const unseen: QueryNode = {
    type: 'and',
    nodes: [{ type: 'hasattachment', value: true }, ...scope, { type: 'not', node: query.root }],
  }
  return countItems(db, { ...query, root: unseen }, options)
}

/** Whether the words of an attachment could have changed the answer. */
function asksForWords(node: QueryNode): boolean {
  switch (node.type) {
    case 'words':
      return node.field === 'anywhere'
    case 'near':
      return true
    case 'and':
    case 'or':
      return node.nodes.some(asksForWords)
    case 'not':
      return asksForWords(node.node)
    default:
      return false
  }
}
