import {
  type UseMutationOptions,
  type UseMutationResult,
  type UseQueryOptions,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { addressOf } from '../../api/client.ts'
import type { EndpointName } from '../../api/index.ts'
import { type Answer, call, type InputOf } from './client.ts'
import { addresses } from './endpoints.generated.ts'

type Optional<Input> = Input extends undefined ? [input?: undefined] : [input: Input]

/** The key under which an answer is kept; what a change makes stale is named by the endpoint alone. */
export function callKey(name: EndpointName, input?: unknown): readonly unknown[] {
  return input === undefined ? [name] : [name, input]
}

/** Reads, keeps the answer, and reads again when a change says so. */
export function useCall<Name extends EndpointName>(
  name: Name,
  input: InputOf<Name>,
  options: Omit<UseQueryOptions<Answer<Name>>, 'queryKey' | 'queryFn'> = {},
): UseQueryResult<Answer<Name>> {
  return useQuery<Answer<Name>>({
    ...options,
    queryKey: callKey(name, input),
    queryFn: ({ signal }) => call(name, input, { signal }),
  })
}

type PagedName = {
  [Name in EndpointName]: Answer<Name> extends { items: readonly unknown[]; next: string | null }
    ? Name
    : never
}[EndpointName]

/** Reads a list page by page; `data.pages.flatMap((page) => page.items)` is what has been read. */
export function usePages<Name extends PagedName>(
  name: Name,
  input: InputOf<Name>,
  {
    enabled = true,
    staleTime,
  }: { enabled?: boolean /** Milliseconds until all pages are read again. */; staleTime?: number } = {},
) {
  return useInfiniteQuery({
    enabled,
    ...(staleTime === undefined ? {} : { staleTime }),
    queryKey: callKey(name, input),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) => {
      const { query, ...rest } = (input ?? {}) as { query?: object }
      const paged = { ...rest, query: { ...query, cursor: pageParam } } as InputOf<Name>
      return call(name, paged, { signal })
    },
    getNextPageParam: (page) => (page as { next: string | null }).next ?? undefined,
  })
}

interface ChangeOptions<Name extends EndpointName>
  extends Omit<UseMutationOptions<Answer<Name>, Error, InputOf<Name>>, 'mutationFn'> {
  /** What is to be read again afterwards. */
  readonly stale?: readonly EndpointName[]
}

/** Changes something: `change.mutate(input)`, `change.isPending`, `change.error` (for `ErrorNotice`). */
export function useChange<Name extends EndpointName>(
  name: Name,
  { stale = [], ...options }: ChangeOptions<Name> = {},
): UseMutationResult<Answer<Name>, Error, InputOf<Name>> {
  const queries = useQueryClient()
  return useMutation<Answer<Name>, Error, InputOf<Name>>({
    ...options,
    mutationFn: (input) => call(name, input),
    onSettled: async (...settled) => {
      await Promise.all(stale.map((one) => queries.invalidateQueries({ queryKey: callKey(one) })))
      return options.onSettled?.(...settled)
    },
  })
}

/** The address of a download, for a link or a picture. */
export function linkTo<Name extends EndpointName>(name: Name, ...[input]: Optional<InputOf<Name>>): string {
  return addressOf(addresses[name], (input ?? {}) as Record<string, unknown>)
}
