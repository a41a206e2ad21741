/**
 * The lowest and highest of some message ids. A statement that asks for ids names them too: PostgreSQL leaves out
 * the months beyond the bounds also where a plan was made before the ids were known.
 */
export function idBounds(messageIds: readonly bigint[]): {
  readonly lowest: bigint
  readonly highest: bigint
} {
  let [lowest, highest] = [messageIds[0]!, messageIds[0]!]
  for (const id of messageIds) {
    if (id < lowest) lowest = id
    if (id > highest) highest = id
  }
  return { lowest, highest }
}
