import { Button, makeStyles } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { usePages } from '../../api/calls.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { SidePanel } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { Moment, OneLine } from './cells.tsx'
import { actLabels, type Decision } from './labels.ts'

const useStyles = makeStyles({
  // Read in a few lines, also on a phone, where the table scrolls.
  reason: { minWidth: '140px' },
})

/** What whoever looks decided, the latest first; of everybody for who manages records. Nothing where nobody has. */
export function Decisions() {
  const styles = useStyles()
  const { t } = useTranslation('disposition')
  const pages = usePages('listDispositionDecisions', { query: { limit: 50 } })
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? []
  const columns: readonly Column<Decision>[] = [
    {
      key: 'item',
      title: t('disposition:column.item'),
      render: ({ item }) => (
        <OneLine>
          <code>{item}</code>
        </OneLine>
      ),
    },
    { key: 'mailbox', title: t('disposition:column.mailbox'), render: ({ mailbox }) => <bdi>{mailbox}</bdi> },
    { key: 'at', title: t('disposition:column.at'), render: ({ at }) => <Moment of={at} /> },
    { key: 'stage', title: t('disposition:column.stage'), align: 'end', render: ({ stage }) => stage },
    { key: 'by', title: t('disposition:column.by'), render: ({ by }) => <bdi>{by}</bdi> },
    { key: 'act', title: t('disposition:column.decision'), render: (one) => <Act decision={one} /> },
    {
      key: 'reason',
      title: t('disposition:reason'),
      render: ({ comment }) => (
        <div className={styles.reason}>
          <bdi>{comment}</bdi>
        </div>
      ),
    },
  ]
  if (rows.length === 0) return <ErrorNotice error={pages.error} onRetry={() => pages.refetch()} />
  return (
    <Section title={t('disposition:decisions.title')} text={t('disposition:decisions.text')}>
      <DataTable
        bounded
        caption={t('disposition:decisions.title')}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
      />
      <ErrorNotice error={pages.error} onRetry={() => pages.fetchNextPage()} />
      {pages.hasNextPage && (
        <div>
          <Button disabledFocusable={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t('disposition:more')}
          </Button>
        </div>
      )}
    </Section>
  )
}

/** Everything that was decided on one item. */
export function HistoryPanel({ item, onClose }: { item: string; onClose: () => void }) {
  const { t } = useTranslation('disposition')
  const pages = usePages('listDispositionDecisions', { query: { item, limit: 500 } })
  const decisions = pages.data?.pages.flatMap(({ items }) => items)
  return (
    <SidePanel open onClose={onClose} title={t('disposition:decisions.of', { item })}>
      <ErrorNotice error={pages.error} onRetry={() => pages.refetch()} />
      {decisions?.length === 0 && <span>{t('disposition:decisions.none')}</span>}
      {decisions?.map((decision) => (
        <Facts
          key={decision.id}
          facts={[
            { name: t('disposition:column.decision'), value: <Act decision={decision} /> },
            { name: t('disposition:column.stage'), value: decision.stage },
            { name: t('disposition:column.by'), value: <bdi>{decision.by}</bdi> },
            { name: t('disposition:column.at'), value: <Moment of={decision.at} /> },
            { name: t('disposition:reason'), value: <bdi>{decision.comment}</bdi> },
          ]}
        />
      ))}
    </SidePanel>
  )
}

function Act({ decision: { act, label, until } }: { decision: Decision }) {
  const { t } = useTranslation('disposition')
  return (
    <>
      {t(actLabels[act])}
      {label !== null && (
        <>
          {': '}
          <bdi>{label}</bdi>
        </>
      )}
      {until !== null && (
        <>
          {': '}
          <Moment of={until} />
        </>
      )}
    </>
  )
}
