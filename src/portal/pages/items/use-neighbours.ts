import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { timelineInput } from '../mailboxes/item-list.tsx'
import { listPlaces } from '../mailboxes/list-place.ts'
import { usePieces } from '../mailboxes/use-pieces.ts'
import type { Item } from './answers.ts'

const nowhere = { folder: undefined, area: 'primary', index: 0 } as const

export interface Neighbours {
  readonly previous: string | null
  readonly next: string | null
  /** Keeps the list at the item one goes to. */
  readonly keep: (id: string) => void
}

/** The items before and after one in the list it was opened from; null at an end, or where there was no list. */
export function useNeighbours(item: Item, wanted: boolean): Neighbours {
  const mailboxId = item.mailbox.id
  const place = listPlaces.lastOf(mailboxId)
  const list = { ...nowhere, ...place, mailboxId }
  const enabled = useMay()('listItems') && place !== null && wanted
  const { data } = useCall('readTimeline', timelineInput(list), { enabled, staleTime: 60_000 })
  const range =
    data && enabled ? ([Math.max(0, list.index - 1), list.index + 1] as const) : ([0, -1] as const)
  const { places, rowAt } = usePieces(list, data?.months ?? [], range)
  const idAt = (index: number) => (index < 0 || index >= places.count ? null : (rowAt(index)?.id ?? null))
  const there = enabled && places.count > 0 && idAt(list.index) === item.id
  const [previous, next] = there ? [idAt(list.index - 1), idAt(list.index + 1)] : [null, null]
  return {
    previous,
    next,
    keep: (id) => listPlaces.keep({ ...list, index: list.index + (id === next ? 1 : -1) }),
  }
}
