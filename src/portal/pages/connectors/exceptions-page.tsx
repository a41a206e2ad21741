import { Button, Link as DownloadLink } from '@fluentui/react-components'
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { exceptionReasons } from '../../../api/endpoints/connectors.ts'
import { linkTo, useCall, useChange, usePages } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Buttons, ChoiceField, Section } from '../../components/form.tsx'
import { EmptyState, ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Connector } from './connector-page.tsx'
import { useRunProgress } from './follow-runs.ts'
import { isRunning, reasonLabels } from './labels.ts'
import { MappingSection } from './mapping-section.tsx'

type Reason = (typeof exceptionReasons)[number]
type ImportException = Answer<'listExceptions'>['items'][number]

export function ExceptionsPage() {
  const { id } = useParams({ from: '/signed-in/connectors/$id/exceptions' })
  const connector = useCall('readConnector', { params: { id: Number(id) } })
  useRunProgress()
  return <Loaded call={connector}>{(facts) => <Exceptions connector={facts} />}</Loaded>
}

function Exceptions({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const { id, name } = connector
  const [reason, setReason] = useState<Reason | ''>('')
  const exceptions = usePages('listExceptions', {
    params: { id },
    query: reason === '' ? {} : { reason },
  })
  const first = exceptions.data?.pages[0]
  const rows = exceptions.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <PageHeader
        title={t('connectors:exceptions.title')}
        lead={t('connectors:exceptions.lead')}
        crumbs={[
          { label: t('connectors:title'), to: '/connectors' },
          { label: name, to: `/connectors/${id}` },
        ]}
        actions={<Reprocess connector={connector} />}
      />
      <ErrorNotice error={exceptions.error} onRetry={() => void exceptions.refetch()} />
      {first && <ReasonChoice byReason={first.byReason} reason={reason} onChange={setReason} />}
      {first && <ExceptionTable rows={rows} />}
      {exceptions.hasNextPage && (
        <div>
          <Button
            disabledFocusable={exceptions.isFetchingNextPage}
            onClick={() => void exceptions.fetchNextPage()}
          >
            {t('connectors:more')}
          </Button>
        </div>
      )}
      {rows.length > 0 && <MappingSection connector={connector} />}
    </>
  )
}

function Reprocess({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const { id, lastRun, openExceptions } = connector
  const params = { id }
  const start = useChange('startRun', { stale: ['readConnector', 'listRuns', 'listExceptions'] })
  return (
    <>
      <Buttons>
        <Button
          appearance="primary"
          disabled={openExceptions === 0 || isRunning(lastRun)}
          disabledFocusable={start.isPending}
          onClick={() => start.mutate({ params, body: { kind: 'reprocess' } })}
        >
          {t('connectors:act.reprocess')}
        </Button>
        <DownloadLink href={linkTo('downloadExceptions', { params, query: { safe: 'true' } })} download>
          {t('connectors:csv.safe')}
        </DownloadLink>
        <DownloadLink href={linkTo('downloadExceptions', { params, query: { safe: 'false' } })} download>
          {t('connectors:csv.untouched')}
        </DownloadLink>
      </Buttons>
      <ErrorNotice error={start.error} />
      {isRunning(lastRun) && (
        <Notice>
          {t('connectors:exceptions.running')}{' '}
          <Link to="/connectors/$id" params={{ id: String(id) }}>
            {t('connectors:progress.title')}
          </Link>
        </Notice>
      )}
    </>
  )
}

function ReasonChoice(props: {
  byReason: Readonly<Record<string, number>>
  reason: Reason | ''
  onChange: (reason: Reason | '') => void
}) {
  const { byReason, reason, onChange } = props
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const total = Object.values(byReason).reduce((sum, count) => sum + count, 0)
  const known = exceptionReasons.filter((one) => (byReason[one] ?? 0) > 0 || one === reason)
  if (total === 0) return null
  return (
    <Section title={t('connectors:exceptions.byReason')}>
      <ChoiceField
        label={t('connectors:preview.reason')}
        value={reason}
        onChange={onChange}
        choices={[
          { value: '', label: `${t('connectors:exceptions.all')} (${format.number(total)})` },
          ...known.map((one) => ({
            value: one,
            label: `${t(reasonLabels[one].label)} (${format.number(byReason[one] ?? 0)})`,
          })),
        ]}
      />
      {known.map((one) => (
        <p key={one} style={{ margin: 0 }}>
          <strong>{t(reasonLabels[one].label)}.</strong> {t(reasonLabels[one].help)}
        </p>
      ))}
    </Section>
  )
}

function ExceptionTable({ rows }: { rows: readonly ImportException[] }) {
  const { t } = useTranslation('connectors')
  return (
    <DataTable
      caption={t('connectors:exceptions.title')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={<CheckmarkCircleRegular />} title={t('connectors:exceptions.none')}>
          {t('connectors:exceptions.noneText')}
        </EmptyState>
      }
      columns={[
        {
          key: 'reason',
          title: t('connectors:preview.reason'),
          render: ({ reason }) => t(reasonLabels[reason].label),
        },
        {
          key: 'explanation',
          title: t('connectors:exceptions.explanation'),
          render: ({ explanation }) => (
            <span lang="en">
              <bdi>{explanation}</bdi>
            </span>
          ),
        },
        { key: 'sent', title: t('connectors:exceptions.sent'), render: ({ sentAt }) => <Time of={sentAt} /> },
        {
          key: 'captured',
          title: t('connectors:exceptions.captured'),
          render: ({ capturedAt }) => <Time of={capturedAt} />,
        },
        { key: 'id', title: t('connectors:exceptions.id'), render: ({ id }) => id },
      ]}
    />
  )
}
