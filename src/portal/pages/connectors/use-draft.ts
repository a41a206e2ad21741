import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { callKey, useCall } from '../../api/calls.ts'
import type { InputOf } from '../../api/client.ts'
import { type Answer, call } from '../../api/client.ts'

export type Draft = Answer<'readDraft'>
export type DraftChange = Omit<InputOf<'saveDraft'>['body'], 'version'>

/**
 * A draft of the wizard as the server keeps it. Saves go one after the other, each on what the one before answered,
 * so that fields which are left quickly do not take each other for somebody else's change.
 */
export function useDraft(id: string) {
  const queries = useQueryClient()
  const key = callKey('readDraft', { params: { id } })
  // What another person saves meanwhile must not slip under what one types: it is told at the next save.
  const query = useCall('readDraft', { params: { id } }, { staleTime: Number.POSITIVE_INFINITY })
  const [error, setError] = useState<unknown>(null)
  const [pending, setPending] = useState(0)
  const queue = useRef<Promise<unknown>>(Promise.resolve())

  const inTurn = <Result>(work: (draft: Draft) => Promise<Result>): Promise<Result | null> => {
    setPending((count) => count + 1)
    const told = queue.current
      .then(async () => {
        const result = await work(queries.getQueryData<Draft>(key)!)
        setError(null)
        return result
      })
      .catch((failure: unknown) => {
        setError(failure)
        return null
      })
    queue.current = told.finally(() => setPending((count) => count - 1))
    return told
  }

  /** Answers the draft as saved; null when it was refused, which `error` then says. */
  const save = (change: DraftChange): Promise<Draft | null> =>
    inTurn(async (draft) => {
      if (isSaved(draft, change)) return draft
      const saved = await call('saveDraft', { params: { id }, body: { version: draft.version, ...change } })
      queries.setQueryData(key, saved)
      return saved
    })
  const take = (draft: Draft) => queries.setQueryData(key, draft)
  const reload = async () => {
    setError(null)
    await query.refetch()
  }
  return { query, draft: query.data, save, inTurn, take, reload, error, pending: pending > 0 }
}

function isSaved(draft: Draft, change: DraftChange): boolean {
  return Object.entries(change).every(([name, value]) => {
    const known = draft[name as keyof Draft]
    return known !== undefined && JSON.stringify(known) === JSON.stringify(value)
  })
}
