import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useQueries } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { callKey, linkTo, useCall } from '../../api/calls.ts'
import { type Answer, call } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Buttons, ChoiceField } from '../../components/form.tsx'
import { LongList } from '../../components/long-list.tsx'
import { EmptyState, ErrorNotice, Loaded } from '../../components/notices.tsx'
import { useShortcuts } from '../../components/shortcuts.ts'
import { useFormat } from '../../i18n/format.ts'
import { itemPlaces } from './item-places.ts'
import { ItemRow, rowHeight } from './item-row.tsx'

type Row = Answer<'listItems'>['items'][number]

const useStyles = makeStyles({
  frame: {
    height: 'max(400px, calc(100vh - 320px))',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: 'hidden',
  },
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'end',
    gap: tokens.spacingHorizontalM,
    marginBottom: tokens.spacingVerticalS,
  },
})

interface Folder {
  readonly mailboxId: number
  readonly folder: Row['folder'] | undefined
  readonly area: Row['area']
}

/** Where one was in each list, for when one comes back from an item. */
const lastPlaces = new Map<string, number>()

export function ItemList(props: Folder) {
  const { mailboxId, folder, area } = props
  const { t } = useTranslation('mailboxes')
  const query = { area, ...(folder === undefined ? {} : { folder }) }
  const timeline = useCall('readTimeline', { params: { id: mailboxId }, query })
  return (
    <Loaded call={timeline}>
      {({ months, items }) =>
        items === 0 ? (
          <EmptyState title={t('mailboxes:empty.title')}>{t('mailboxes:empty.text')}</EmptyState>
        ) : (
          <Items {...props} months={months} />
        )
      }
    </Loaded>
  )
}

function Items({ mailboxId, folder, area, months }: Folder & { months: Answer<'readTimeline'>['months'] }) {
  const styles = useStyles()
  const { t } = useTranslation('mailboxes')
  const navigate = useNavigate()
  const place = `${mailboxId} ${folder} ${area}`
  const places = itemPlaces(months)
  const start = Math.min(lastPlaces.get(place) ?? 0, places.count - 1)
  const [current, setCurrent] = useState(start)
  const [range, setRange] = useState<readonly [number, number]>([0, -1])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { rowAt, error } = usePieces({ mailboxId, folder, area }, places, range)
  const move = (to: number) => {
    const next = Math.max(0, Math.min(places.count - 1, to))
    lastPlaces.set(place, next)
    setCurrent(next)
  }
  const open = (row: Row | null) => {
    if (row) void navigate({ to: '/items/$id', params: { id: row.id } })
  }
  const choose = (row: Row | null) => row && setChosen(toggled(chosen, row.id))
  useShortcuts([
    { key: 'j', label: t('mailboxes:key.next'), run: () => move(current + 1) },
    { key: 'k', label: t('mailboxes:key.previous'), run: () => move(current - 1) },
    { key: 'o', label: t('mailboxes:key.open'), run: () => open(rowAt(current)) },
    { key: 'x', label: t('mailboxes:key.select'), run: () => choose(rowAt(current)) },
  ])
  return (
    <>
      <div className={styles.bar}>
        <MonthChoice
          months={months}
          current={places.placeOf(current).piece.month}
          onMonth={(month) => move(places.startOf(month))}
        />
        <Chosen chosen={chosen} onClear={() => setChosen(new Set())} />
      </div>
      <ErrorNotice error={error} />
      <div className={styles.frame}>
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

/** The rows in sight, read piece by piece as they come into it. */
function usePieces(
  { mailboxId, folder, area }: Folder,
  places: ReturnType<typeof itemPlaces>,
  [first, last]: readonly [number, number],
) {
  const inputOf = ({ month, offset }: { month: string; offset: number }) => ({
    params: { id: mailboxId },
    query: { area, month, offset, ...(folder === undefined ? {} : { folder }) },
  })
  const pieces = places.piecesOf(first, last)
  const read = useQueries({
    queries: pieces.map((piece) => ({
      queryKey: callKey('listItems', inputOf(piece)),
      queryFn: ({ signal }: { signal: AbortSignal }) => call('listItems', inputOf(piece), { signal }),
      staleTime: 60_000,
    })),
  })
  const rowAt = (index: number): Row | null => {
    const { piece, inPiece } = places.placeOf(index)
    const at = pieces.findIndex(({ month, offset }) => month === piece.month && offset === piece.offset)
    return read[at]?.data?.items[inPiece] ?? null
  }
  return { rowAt, error: read.find(({ error }) => error)?.error ?? null }
}

function MonthChoice(props: {
  months: Answer<'readTimeline'>['months']
  current: string
  onMonth: (month: string) => void
}) {
  const { months, current, onMonth } = props
  const { t } = useTranslation('mailboxes')
  const format = useFormat()
  const name = new Intl.DateTimeFormat(format.language, { year: 'numeric', month: 'long', timeZone: 'UTC' })
  return (
    <ChoiceField
      label={t('mailboxes:month')}
      value={current}
      onChange={onMonth}
      choices={months.map(({ month, items }) => ({
        value: month,
        label: `${name.format(new Date(`${month}-01T00:00:00Z`))} (${format.number(items)})`,
      }))}
    />
  )
}

/** What was chosen by `x`, to be taken along as e-mails. */
function Chosen({ chosen, onClear }: { chosen: ReadonlySet<string>; onClear: () => void }) {
  const { t } = useTranslation('mailboxes')
  const may = useMay()
  if (chosen.size === 0) return null
  const download = () => {
    for (const id of chosen) {
      const link = document.createElement('a')
      link.href = linkTo('downloadEmail', { params: { id } })
      link.download = ''
      link.click()
    }
  }
  return (
    <Buttons>
      <span aria-live="polite">{t('mailboxes:chosen', { count: chosen.size })}</span>
      {may('downloadEmail') && <Button onClick={download}>{t('mailboxes:downloadChosen')}</Button>}
      <Button appearance="subtle" onClick={onClear}>
        {t('mailboxes:clearChosen')}
      </Button>
    </Buttons>
  )
}
