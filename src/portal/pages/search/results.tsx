import { makeStyles, tokens } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../../api/calls.ts'
import { ErrorNotice, Waiting } from '../../components/notices.tsx'
import { useShortcuts } from '../../components/shortcuts.ts'
import { VirtualList } from '../../components/virtual-list.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ResultRow } from './result-row.tsx'

const useStyles = makeStyles({
  frame: {
    height: 'max(420px, calc(100vh - 220px))',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    overflow: 'hidden',
  },
  hint: {
    margin: `0 0 ${tokens.spacingVerticalS}`,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
})

/** Coming back from an item reads nothing again; searching again does. */
const keptMilliseconds = 10 * 60_000
/** Rows before the end at which the next page is asked for. */
const ahead = 15

/** Where one was in the results of a search, for when one comes back from an item. */
const lastPlaces = new Map<string, number>()

/** The items found, newest first; read as one goes on. */
export function Results({ searchId, count }: { searchId: string; count: number }) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  const format = useFormat()
  const pages = usePages(
    'readResults',
    { params: { id: searchId }, query: {} },
    { staleTime: keptMilliseconds },
  )
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? []
  const [current, setCurrent] = useState<number | null>(lastPlaces.get(searchId) ?? null)
  const onReach = (index: number) => {
    if (index >= rows.length - ahead && pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage()
  }
  const go = (index: number) => {
    lastPlaces.set(searchId, index)
    setCurrent(index)
  }
  useResultKeys(
    rows.map(({ id }) => id),
    searchId,
    current,
    go,
  )
  if (pages.data === undefined && !pages.error) return <Waiting />
  return (
    <>
      <ErrorNotice error={pages.error} onRetry={() => void pages.fetchNextPage()} />
      <p className={`${styles.hint} not-printed`}>
        {t('search:results.keys')}{' '}
        {current !== null &&
          t('search:results.place', {
            place: format.number(current + 1),
            count,
            number: format.number(count),
          })}
      </p>
      <div className={styles.frame}>
        <VirtualList
          label={t('search:results.items')}
          count={rows.length}
          rowHeight={84}
          rowKey={(index) => rows[index]!.id}
          current={current}
          onReach={onReach}
          renderRow={(index) => (
            <ResultRow
              row={rows[index]!}
              searchId={searchId}
              current={index === current}
              onFollow={() => go(index)}
            />
          )}
        />
      </div>
    </>
  )
}

function useResultKeys(
  ids: readonly string[],
  searchId: string,
  current: number | null,
  go: (index: number) => void,
): void {
  const { t } = useTranslation('search')
  const navigate = useNavigate()
  const next = () => go(Math.min(ids.length - 1, (current ?? -1) + 1))
  const previous = () => go(Math.max(0, (current ?? 1) - 1))
  const open = () => {
    const id = current === null ? undefined : ids[current]
    if (id !== undefined)
      void navigate({ to: '/items/$id', params: { id }, search: { search: searchId } as never })
  }
  useShortcuts(
    ids.length === 0
      ? []
      : [
          { key: 'n', label: t('search:key.next'), run: next },
          { key: 'p', label: t('search:key.previous'), run: previous },
          { key: 'j', label: t('search:key.next'), run: next },
          { key: 'k', label: t('search:key.previous'), run: previous },
          { key: 'o', label: t('search:key.open'), run: open },
        ],
  )
  useEffect(() => {
    if (current !== null) focusRow(current)
  }, [current])
}

/** The row is drawn a moment after the list has moved to it. */
function focusRow(index: number, tries = 10): void {
  const link = document.querySelector<HTMLElement>(`[data-index="${index}"] a`)
  if (link) link.focus({ preventScroll: true })
  else if (tries > 0) requestAnimationFrame(() => focusRow(index, tries - 1))
}
