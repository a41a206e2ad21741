import { useEffect } from 'react'
import { usePages } from '../../api/calls.ts'

/** An item that is not among so many hits was found by another search, or has left this one's. */
const lookedThroughMax = 1_000

const nobodys = '00000000-0000-0000-0000-000000000000'

/** Hits are gone through as they were listed. */
const keptMilliseconds = 10 * 60_000

/** The hits next to an item in the search it was opened from; null at an end, or while they are read. */
export function useHits(
  search: string | undefined,
  item: string,
): { readonly previous: string | null; readonly next: string | null } {
  const input = { params: { id: search ?? nobodys }, query: {} }
  const pages = usePages('readResults', input, { enabled: search !== undefined, staleTime: keptMilliseconds })
  const ids = pages.data?.pages.flatMap((page) => page.items.map(({ id }) => id)) ?? []
  const at = ids.indexOf(item)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  const nearEnd = at < 0 ? ids.length < lookedThroughMax : at >= ids.length - 2
  const wanted = ids.length > 0 && nearEnd && hasNextPage && !isFetchingNextPage
  useEffect(() => {
    if (wanted) void fetchNextPage()
  }, [wanted, fetchNextPage])
  return {
    previous: at > 0 ? ids[at - 1]! : null,
    next: at >= 0 ? (ids[at + 1] ?? null) : null,
  }
}
