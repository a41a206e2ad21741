import { Button, Checkbox } from '@fluentui/react-components'
import { ClipboardTaskListLtrRegular } from '@fluentui/react-icons/svg/clipboard-task-list-ltr'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../../api/calls.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { EmptyState, ErrorNotice, Waiting } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ItemLink, Moment } from './cells.tsx'
import { type Act, DecideDialog } from './decide-dialogs.tsx'
import { HistoryPanel } from './decisions.tsx'
import { actLabels, type ReviewItem } from './labels.ts'

/** As many as the contract takes at once. */
const chosenMax = 1_000

/** The items of one label that wait at one stage. */
export function ReviewPage() {
  const { t } = useTranslation('disposition')
  const { label, stage } = useParams({ from: '/signed-in/disposition/reviews/$label/$stage' })
  const params = { label: Number(label), stage: Number(stage) }
  const pages = usePages('listReviewItems', { params, query: { limit: 100 } })
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? []
  const first = rows[0]
  return (
    <>
      <PageHeader
        title={first ? first.label : t('disposition:review.title')}
        lead={first && t('disposition:stageOf', { stage: first.stage, all: first.stages })}
        crumbs={[{ label: t('disposition:tabs.reviews'), to: '/disposition/reviews' }]}
      />
      <ErrorNotice error={pages.error} onRetry={() => pages.refetch()} />
      {pages.isPending && !pages.error && <Waiting />}
      {pages.data && (
        <Items rows={rows} stage={params.stage}>
          {pages.hasNextPage && (
            <Button disabledFocusable={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              {t('disposition:more')}
            </Button>
          )}
        </Items>
      )}
    </>
  )
}

function Items(props: { rows: readonly ReviewItem[]; stage: number; children: React.ReactNode }) {
  const { rows, stage, children } = props
  const { t } = useTranslation('disposition')
  const format = useFormat()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [act, setAct] = useState<Act | null>(null)
  const [history, setHistory] = useState<string | null>(null)
  const columns = useColumns(chosen, setChosen, setHistory)
  // What somebody else decided meanwhile is chosen no more.
  const items = rows.map(({ item }) => item).filter((item) => chosen.has(item))
  const close = (done: boolean) => {
    setAct(null)
    if (done) setChosen(new Set())
  }
  if (rows.length === 0)
    return (
      <EmptyState icon={<ClipboardTaskListLtrRegular />} title={t('disposition:reviews.none')}>
        {t('disposition:reviews.noneText')}
      </EmptyState>
    )
  return (
    <Section title={t('disposition:review.items')} text={t('disposition:review.text')}>
      <Buttons>
        <Button onClick={() => setChosen(new Set(rows.slice(0, chosenMax).map(({ item }) => item)))}>
          {t('disposition:review.chooseAll')}
        </Button>
        {(['approve', 'extend', 'relabel'] as const).map((one) => (
          <Button
            key={one}
            appearance={one === 'approve' ? 'primary' : 'secondary'}
            disabled={items.length === 0 || items.length > chosenMax}
            onClick={() => setAct(one)}
          >
            {t(actLabels[one])}
          </Button>
        ))}
      </Buttons>
      <div role="status">
        {t('disposition:review.chosen', { count: items.length, number: format.number(items.length) })}
      </div>
      <DataTable
        bounded
        caption={t('disposition:review.items')}
        rows={rows}
        rowKey={({ item }) => item}
        columns={columns}
      />
      {children && <Buttons>{children}</Buttons>}
      {act && <DecideDialog act={act} items={items} stage={stage} onClose={close} />}
      {history !== null && <HistoryPanel item={history} onClose={() => setHistory(null)} />}
    </Section>
  )
}

function useColumns(
  chosen: ReadonlySet<string>,
  choose: (items: ReadonlySet<string>) => void,
  onHistory: (item: string) => void,
): readonly Column<ReviewItem>[] {
  const { t } = useTranslation('disposition')
  const format = useFormat()
  return [
    {
      key: 'chosen',
      title: t('disposition:column.choose'),
      render: ({ item }) => (
        <Checkbox
          aria-label={t('disposition:review.choose', { item })}
          checked={chosen.has(item)}
          onChange={(_, { checked }) =>
            choose(new Set(checked === true ? [...chosen, item] : [...chosen].filter((one) => one !== item)))
          }
        />
      ),
    },
    { key: 'item', title: t('disposition:column.item'), render: ({ item }) => <ItemLink item={item} /> },
    { key: 'mailbox', title: t('disposition:column.mailbox'), render: ({ mailbox }) => <bdi>{mailbox}</bdi> },
    { key: 'sent', title: t('disposition:column.sent'), render: ({ sentAt }) => <Moment of={sentAt} /> },
    {
      key: 'since',
      title: t('disposition:column.since'),
      render: ({ waitingSince }) => <Moment of={waitingSince} />,
    },
    {
      key: 'approvers',
      title: t('disposition:column.approvedBy'),
      render: ({ approvers }) => (approvers.length === 0 ? '–' : <bdi>{format.list(approvers)}</bdi>),
    },
    {
      key: 'history',
      title: t('disposition:column.history'),
      render: ({ item }) => (
        <Button
          size="small"
          aria-label={t('disposition:decisions.of', { item })}
          onClick={() => onHistory(item)}
        >
          {t('disposition:review.history')}
        </Button>
      ),
    },
  ]
}
