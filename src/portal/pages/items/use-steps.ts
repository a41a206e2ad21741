import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useShortcuts } from '../../components/shortcuts.ts'
import { listPlaces } from '../mailboxes/list-place.ts'
import type { Item } from './answers.ts'
import { useHits } from './use-hits.ts'
import { useNeighbours } from './use-neighbours.ts'

export interface Steps {
  /** There is a list to go through. */
  readonly shown: boolean
  readonly previousLabel: string
  readonly nextLabel: string
  readonly toPrevious: (() => void) | undefined
  readonly toNext: (() => void) | undefined
}

/** Goes by keys to the items next to one: among the hits of the search it was opened from, else in its list. */
export function useSteps(item: Item, search: string | undefined): Steps {
  const { t } = useTranslation('items')
  const navigate = useNavigate()
  const { tab } = useSearch({ from: '/signed-in/items/$id' })
  const hits = useHits(search, item.id)
  const neighbours = useNeighbours(item, search === undefined)
  const among = search === undefined ? neighbours : hits
  const step = (id: string | null) => {
    if (id === null) return undefined
    return () => {
      if (search === undefined) neighbours.keep(id)
      const kept = { ...(tab ? { tab } : {}), ...(search ? { search } : {}) }
      void navigate({ to: '/items/$id', params: { id }, search: kept, replace: true })
    }
  }
  const steps = {
    shown: search !== undefined || among.previous !== null || among.next !== null,
    previousLabel: search === undefined ? t('items:key.previousItem') : t('items:key.previousHit'),
    nextLabel: search === undefined ? t('items:key.nextItem') : t('items:key.nextHit'),
    toPrevious: step(among.previous),
    toNext: step(among.next),
  }
  const back = useBack(item, search)
  const [nextKey, previousKey] = search === undefined ? ['j', 'k'] : ['n', 'p']
  useShortcuts([
    { key: 'Escape', label: t('items:key.back'), run: back },
    ...(steps.shown
      ? [
          { key: nextKey, label: steps.nextLabel, run: () => steps.toNext?.() },
          { key: previousKey, label: steps.previousLabel, run: () => steps.toPrevious?.() },
        ]
      : []),
  ])
  return steps
}

/** To the search, or to the list in the folder one came from. */
function useBack({ mailbox }: Item, search: string | undefined): () => void {
  const navigate = useNavigate()
  return () => {
    if (search !== undefined) return void navigate({ to: '/search/$id', params: { id: search } })
    const { folder, area } = listPlaces.lastOf(mailbox.id) ?? {}
    const params = { id: String(mailbox.id) }
    void navigate({ to: '/mailboxes/$id', params, search: { folder, area } })
  }
}
