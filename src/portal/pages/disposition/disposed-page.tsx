import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo, usePages } from '../../api/calls.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { EmptyState, ErrorNotice, Waiting } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Basis, Moment, OneLine } from './cells.tsx'
import { DisposedFilter, noFilter, queryOf } from './disposed-filter.tsx'
import { DispositionFrame } from './frame.tsx'
import type { DisposedItem } from './labels.ts'

/** What went, when, by which rule, and the proof of it. */
export function DisposedPage() {
  const { t } = useTranslation('disposition')
  const [typed, setTyped] = useState(noFilter)
  const [filter, setFilter] = useState(noFilter)
  const query = queryOf(filter)
  const pages = usePages('listDisposed', { query: { ...query, limit: 100 } })
  const columns = useColumns()
  return (
    <DispositionFrame>
      <DisposedFilter filter={typed} onChange={setTyped} onSearch={() => setFilter(typed)} />
      <Section title={t('disposition:tabs.disposed')} text={t('disposition:disposed.text')}>
        <Buttons>
          <Button as="a" icon={<ArrowDownloadRegular />} href={linkTo('exportDisposed', { query })} download>
            {t('disposition:disposed.export')}
          </Button>
        </Buttons>
        <ErrorNotice error={pages.error} onRetry={() => pages.refetch()} />
        {pages.isPending && !pages.error && <Waiting />}
        {pages.data && (
          <DataTable
            bounded
            caption={t('disposition:tabs.disposed')}
            rows={pages.data.pages.flatMap(({ items }) => items)}
            rowKey={({ run, item }) => `${run} ${item}`}
            columns={columns}
            empty={
              <EmptyState icon={<DeleteRegular />} title={t('disposition:disposed.none')}>
                {t('disposition:disposed.noneText')}
              </EmptyState>
            }
          />
        )}
        {pages.hasNextPage && (
          <Buttons>
            <Button disabledFocusable={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              {t('disposition:more')}
            </Button>
          </Buttons>
        )}
      </Section>
    </DispositionFrame>
  )
}

function useColumns(): readonly Column<DisposedItem>[] {
  const { t } = useTranslation('disposition')
  const format = useFormat()
  return [
    {
      key: 'item',
      title: t('disposition:column.item'),
      render: ({ item }) => (
        <OneLine>
          <code>{item}</code>
        </OneLine>
      ),
    },
    {
      key: 'proof',
      title: t('disposition:column.proof'),
      render: ({ item }) => (
        <Button
          as="a"
          size="small"
          icon={<ArrowDownloadRegular />}
          aria-label={t('disposition:disposed.proofOf', { item })}
          href={linkTo('downloadDisposalProof', { params: { id: item } })}
          download
        >
          {t('disposition:disposed.proof')}
        </Button>
      ),
    },
    { key: 'mailbox', title: t('disposition:column.mailbox'), render: ({ mailbox }) => <bdi>{mailbox}</bdi> },
    { key: 'sent', title: t('disposition:column.sent'), render: ({ sentAt }) => <Moment of={sentAt} /> },
    {
      key: 'at',
      title: t('disposition:column.disposedAt'),
      render: ({ disposedAt }) => <Moment of={disposedAt} />,
    },
    { key: 'basis', title: t('disposition:column.basis'), render: (one) => <Basis of={one} /> },
    {
      key: 'approvers',
      title: t('disposition:column.approvedBy'),
      render: ({ approvers }) => (approvers.length === 0 ? '–' : <bdi>{format.list(approvers)}</bdi>),
    },
    { key: 'final', title: t('disposition:column.final'), render: ({ finalAt }) => <Moment of={finalAt} /> },
  ]
}
