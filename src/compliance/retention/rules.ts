/**
 * The principles of retention, as Microsoft Purview has them: (1) retention wins over deletion, (2) the longest retention
 * wins, (3) a label's deletion beats a policy's, and of policies one for some people beats one for all, (4) the shortest
 * deletion wins. Nothing is deleted before the longest retention ends, or while a hold is on it. Pure.
 */

/** What one policy or label says of one item. Times in milliseconds since 1970 UTC; `Infinity` never comes. */
export interface Setting {
  readonly kind: 'policy' | 'label'
  /** Null: it retains nothing. */
  readonly retainUntil: number | null
  /** Null: it deletes nothing. */
  readonly deleteAt: number | null
  /** A label, an adaptive scope, or a static scope that names mailboxes. */
  readonly specific: boolean
}

export interface Retention {
  /** The longest; null where nothing retains it. */
  readonly retainUntil: number | null
  /** Never before `retainUntil`; null where nothing deletes it, `Infinity` while something retains it for ever. */
  readonly deleteAt: number | null
  /** The setting whose deletion decides. */
  readonly deletedBy: Setting | null
}

export function retentionOf(settings: readonly Setting[]): Retention {
  const ends = settings.flatMap(({ retainUntil }) => (retainUntil === null ? [] : [retainUntil]))
  const retainUntil = ends.length === 0 ? null : Math.max(...ends)
  const deletedBy = decidingDeletion(settings)
  if (deletedBy === null) return { retainUntil, deleteAt: null, deletedBy }
  return { retainUntil, deleteAt: Math.max(deletedBy.deleteAt!, retainUntil ?? -Infinity), deletedBy }
}

function decidingDeletion(settings: readonly Setting[]): Setting | null {
  const deleting = settings.filter(({ deleteAt }) => deleteAt !== null)
  const labels = deleting.filter(({ kind }) => kind === 'label')
  const specific = deleting.filter(({ specific: isSpecific }) => isSpecific)
  const deciding = labels.length > 0 ? labels : specific.length > 0 ? specific : deleting
  return deciding.reduce<Setting | null>(
    (first, one) => (first === null || one.deleteAt! < first.deleteAt! ? one : first),
    null,
  )
}
