import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { WizardStep } from '../../../api/wizard-steps.ts'
import { callKey, useCall } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import type { Draft, DraftChange } from './draft.ts'
import { changeOf, partOf, type Typed, useTyped } from './use-typed.ts'

export type OpenDraft = ReturnType<typeof useDraft>

/** What each step of the wizard works with. */
export interface StepProps {
  readonly draft: Draft
  readonly open: OpenDraft
  readonly go: (step: WizardStep) => void
}

/**
 * A draft of the wizard as the server keeps it, and what is typed beside it. Saves go one after the other, each on what
 * the one before answered, so that quick steps do not take each other for somebody else's change.
 */
export function useDraft(id: string) {
  const queries = useQueryClient()
  const key = callKey('readDraft', { params: { id } })
  // What another person saves meanwhile must not slip under what one types: it is told at the next save.
  const query = useCall('readDraft', { params: { id } }, { staleTime: Number.POSITIVE_INFINITY })
  const typing = useTyped(id)
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
  const take = (draft: Draft) => queries.setQueryData(key, draft)

  /**
   * Saves `change` and what is typed in `fields`, or anywhere. Answers the draft as saved; null when it was refused,
   * which `error` then says.
   */
  const save = (change: DraftChange = {}, fields?: readonly (keyof Typed)[]): Promise<Draft | null> =>
    inTurn(async (draft) => {
      const typed = partOf(typing.latest.current, fields)
      const whole = { ...changeOf(typed), ...change }
      const saved = isSaved(draft, whole)
        ? draft
        : await call('saveDraft', { params: { id }, body: { version: draft.version, ...whole } })
      take(saved)
      typing.settle(typed)
      return saved
    })
  const reload = async () => {
    await query.refetch()
    setError(null)
  }
  return { query, draft: query.data, save, inTurn, take, reload, typing, error, pending: pending > 0 }
}

function isSaved(draft: Draft, change: DraftChange): boolean {
  return Object.entries(change).every(([name, value]) => {
    const known = draft[name as keyof Draft]
    return known !== undefined && JSON.stringify(known) === JSON.stringify(value)
  })
}
