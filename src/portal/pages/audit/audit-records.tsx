import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { ClipboardTextLtrRegular } from '@fluentui/react-icons/svg/clipboard-text-ltr'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, usePages } from '../../api/calls.ts'
import { EmptyState, ErrorNotice, Waiting } from '../../components/notices.tsx'
import { useShortcuts } from '../../components/shortcuts.ts'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ExportMenu } from './export-menu.tsx'
import { operationLabels, outcomeLabels, outcomeTones } from './labels.ts'
import type { AuditQuery, AuditRecord } from './record.ts'
import { RecordPanel } from './record-panel.tsx'

const wide = '@media (min-width: 900px)'
const columns = '190px minmax(0, 1.4fr) 110px minmax(0, 1fr) minmax(0, 1.6fr)'

const useStyles = makeStyles({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalM,
    marginBottom: tokens.spacingVerticalS,
  },
  count: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400 },
  list: {
    height: 'max(320px, calc(100vh - 380px))',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  row: {
    boxSizing: 'border-box',
    width: '100%',
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) max-content',
    gap: `0 ${tokens.spacingHorizontalM}`,
    padding: '8px 12px',
    border: 'none',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    background: 'none',
    color: tokens.colorNeutralForeground1,
    font: 'inherit',
    fontSize: tokens.fontSizeBase300,
    textAlign: 'start',
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
    [wide]: { gridTemplateColumns: columns },
  },
  titles: {
    display: 'none',
    padding: '0 13px 4px',
    gap: `0 ${tokens.spacingHorizontalM}`,
    fontWeight: tokens.fontWeightSemibold,
    [wide]: { display: 'grid', gridTemplateColumns: columns },
  },
  // On a phone what was done comes first, and whom it was done to has a line of its own.
  time: { order: 4, [wide]: { order: 0 } },
  outcome: { order: 2, textAlign: 'end', [wide]: { order: 0, textAlign: 'start' } },
  actor: { order: 3, [wide]: { order: 0 } },
  target: { order: 5, gridColumn: '1 / -1', [wide]: { order: 0, gridColumn: 'auto' } },
  operation: {
    order: 1,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: 'anywhere',
    [wide]: { order: 0 },
  },
  cell: { overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
})

/** How many there are, exactly, and all of them, read as one scrolls. */
export function AuditRecords({ query }: { query: AuditQuery }) {
  const styles = useStyles()
  const { t } = useTranslation('audit')
  const format = useFormat()
  const count = useCall('countAudit', { query })
  const [open, setOpen] = useState<AuditRecord | null>(null)
  return (
    <>
      <div className={styles.head}>
        <h2 className={styles.count} aria-live="polite">
          {count.data
            ? t('audit:list.count', { count: count.data.count, number: format.number(count.data.count) })
            : t('audit:list.counting')}
        </h2>
        <ExportMenu query={query} />
      </div>
      <ErrorNotice error={count.error} onRetry={() => void count.refetch()} />
      <List query={query} onOpen={setOpen} />
      {open && <RecordPanel record={open} onClose={() => setOpen(null)} />}
    </>
  )
}

function List({ query, onOpen }: { query: AuditQuery; onOpen: (record: AuditRecord) => void }) {
  const styles = useStyles()
  const { t } = useTranslation('audit')
  const pages = usePages('searchAudit', { query })
  const records = pages.data?.pages.flatMap(({ items }) => items) ?? []
  const readOn = (last: number) => {
    if (last >= records.length - 30 && pages.hasNextPage && !pages.isFetchingNextPage) {
      void pages.fetchNextPage()
    }
  }
  const current = useRowKeys(records.length)
  if (pages.isPending) return <Waiting />
  return (
    <>
      <ErrorNotice error={pages.error} onRetry={() => void pages.refetch()} />
      {records.length === 0 && !pages.error ? (
        <EmptyState icon={<ClipboardTextLtrRegular />} title={t('audit:list.none')}>
          {t('audit:list.noneText')}
        </EmptyState>
      ) : (
        <>
          <Titles />
          <VirtualList
            label={t('audit:list.label')}
            className={styles.list}
            count={records.length}
            rowHeight={44}
            rowKey={(index) => records[index]!.id}
            onReach={readOn}
            current={current}
            renderRow={(index) => (
              <Row record={records[index]!} onOpen={onOpen} focused={index === current} />
            )}
          />
        </>
      )}
    </>
  )
}

/** `j` and `k` go from record to record; Enter opens. */
function useRowKeys(count: number): number | null {
  const { t } = useTranslation('audit')
  const [current, setCurrent] = useState<number | null>(null)
  const move = (step: number) =>
    setCurrent((before) => Math.min(count - 1, Math.max(0, before === null ? 0 : before + step)))
  useShortcuts([
    { key: 'j', label: t('audit:list.next'), run: () => count > 0 && move(1) },
    { key: 'k', label: t('audit:list.previous'), run: () => count > 0 && move(-1) },
  ])
  return current
}

function Titles() {
  const styles = useStyles()
  const { t } = useTranslation('audit')
  return (
    <div className={styles.titles} aria-hidden>
      <span>{t('audit:record.at')}</span>
      <span>{t('audit:record.operation')}</span>
      <span>{t('audit:record.outcome')}</span>
      <span>{t('audit:record.actor')}</span>
      <span>{t('audit:record.target')}</span>
    </div>
  )
}

function Row(props: { record: AuditRecord; onOpen: (record: AuditRecord) => void; focused: boolean }) {
  const { record, onOpen, focused } = props
  const styles = useStyles()
  const { t } = useTranslation('audit')
  const { at, operation, outcome, actor, target } = record
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (focused) button.current?.focus({ preventScroll: true })
  }, [focused])
  return (
    <button ref={button} type="button" className={styles.row} onClick={() => onOpen(record)}>
      <span className={mergeClasses(styles.time, styles.quiet)}>
        <Time of={at} />
      </span>
      <span className={styles.operation}>{t(operationLabels[operation])}</span>
      <span className={styles.outcome}>
        <StatusBadge tone={outcomeTones[outcome]}>{t(outcomeLabels[outcome])}</StatusBadge>
      </span>
      <span className={mergeClasses(styles.cell, styles.actor)}>{actor}</span>
      <span className={mergeClasses(styles.cell, styles.target, styles.quiet)}>{target}</span>
    </button>
  )
}
