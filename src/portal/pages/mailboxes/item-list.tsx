import { makeStyles, tokens } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { LongList } from '../../components/long-list.tsx'
import { EmptyState, ErrorNotice, Loaded } from '../../components/notices.tsx'
import { useShortcuts } from '../../components/shortcuts.ts'
import { ChosenItems } from './chosen-items.tsx'
import type { Month } from './item-places.ts'
import { ItemRow, rowHeight } from './item-row.tsx'
import { type ItemFolder, listPlaces } from './list-place.ts'
import { MonthChoice } from './month-choice.tsx'
import { type Row, usePieces } from './use-pieces.ts'

const useStyles = makeStyles({
  whole: { flex: '1 1 100%', minWidth: 0 },
  frame: {
    flex: '1 1 100%',
    minWidth: 0,
    height: 'max(400px, calc(100vh - 260px))',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: 'hidden',
  },
})

/** What the ruler of a list is asked by; the item page asks the same. */
export function timelineInput({ mailboxId, folder, area }: ItemFolder) {
  return { params: { id: mailboxId }, query: { area, ...(folder === undefined ? {} : { folder }) } }
}

/** Stands in a row of fields: the month to go to comes first, then the list below them all. */
export function ItemList({ list }: { list: ItemFolder }) {
  const styles = useStyles()
  const { t } = useTranslation('mailboxes')
  const timeline = useCall('readTimeline', timelineInput(list))
  return (
    <Loaded call={timeline}>
      {({ months, items }) =>
        items === 0 ? (
          <div className={styles.whole}>
            <EmptyState title={t('mailboxes:empty.title')}>{t('mailboxes:empty.text')}</EmptyState>
          </div>
        ) : (
          <Items list={list} months={months} />
        )
      }
    </Loaded>
  )
}

function Items({ list, months }: { list: ItemFolder; months: readonly Month[] }) {
  const styles = useStyles()
  const { t } = useTranslation('mailboxes')
  const frame = useRef<HTMLDivElement>(null)
  const [range, setRange] = useState<readonly [number, number]>([0, -1])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { places, rowAt, error } = usePieces(list, months, range)
  const [current, setCurrent] = useState(Math.min(listPlaces.rowOf(list), places.count - 1))
  const move = (to: number) => {
    const index = Math.max(0, Math.min(places.count - 1, to))
    listPlaces.keep({ ...list, index })
    setCurrent(index)
  }
  const choose = (row: Row | null) => row && setChosen(toggled(chosen, row.id))
  useListKeys({ frame, current, move, row: rowAt(current), choose })
  return (
    <>
      <MonthChoice
        months={months}
        current={places.placeOf(current).piece.month}
        onMonth={(month) => move(places.startOf(month))}
      />
      <ChosenItems chosen={chosen} onClear={() => setChosen(new Set())} />
      {error && (
        <div className={styles.whole}>
          <ErrorNotice error={error} />
        </div>
      )}
      <div ref={frame} className={styles.frame}>
        <LongList
          label={t('mailboxes:itemList')}
          count={places.count}
          rowHeight={rowHeight}
          current={current}
          onRange={(first, last) => setRange([first, last])}
          renderRow={(index) => (
            <ItemRow
              row={rowAt(index)}
              current={index === current}
              chosen={chosen.has(rowAt(index)?.id ?? '')}
              onFollow={() => move(index)}
            />
          )}
        />
      </div>
    </>
  )
}

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen)
  if (!next.delete(id)) next.add(id)
  return next
}

/** `j` and `k` take the focus along, so that Enter opens what is marked, as soon as the row is there. */
function useListKeys(props: {
  frame: { readonly current: HTMLElement | null }
  current: number
  move: (to: number) => void
  row: Row | null
  choose: (row: Row | null) => void
}) {
  const { frame, current, move, row, choose } = props
  const { t } = useTranslation('mailboxes')
  const navigate = useNavigate()
  const focusWanted = useRef(false)
  const go = (to: number) => {
    focusWanted.current = true
    move(to)
  }
  const open = () => {
    if (row === null) return
    move(current)
    void navigate({ to: '/items/$id', params: { id: row.id } })
  }
  useShortcuts([
    { key: 'j', label: t('mailboxes:key.next'), run: () => go(current + 1) },
    { key: 'k', label: t('mailboxes:key.previous'), run: () => go(current - 1) },
    { key: 'o', label: t('mailboxes:key.open'), run: open },
    { key: 'x', label: t('mailboxes:key.select'), run: () => choose(row) },
  ])
  useEffect(() => {
    const link = focusWanted.current && frame.current?.querySelector<HTMLElement>('a[aria-current="true"]')
    if (!link) return
    focusWanted.current = false
    link.focus({ preventScroll: true })
  })
}
