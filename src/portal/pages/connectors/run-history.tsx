import { Button, Link } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo, usePages } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { SidePanel } from '../../components/dialogs.tsx'
import { Section } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Connector } from './connector-page.tsx'
import { runKinds, runStates } from './labels.ts'
import { type Run, RunReport } from './run-progress.tsx'

export function RunHistory({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const may = useMay()
  const runs = usePages('listRuns', { params: { id: connector.id }, query: { limit: 25 } })
  const [shown, setShown] = useState<Run | null>(null)
  const rows = runs.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('connectors:history.title')}>
      <ErrorNotice error={runs.error} onRetry={() => void runs.refetch()} />
      {may('downloadRunLog') && (
        <div>
          <Link href={linkTo('downloadRunLog', { params: { id: connector.id } })} download>
            {t('connectors:history.log')}
          </Link>
        </div>
      )}
      <RunTable rows={rows} onShow={setShown} />
      {runs.hasNextPage && (
        <div>
          <Button disabledFocusable={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            {t('connectors:more')}
          </Button>
        </div>
      )}
      {shown && (
        <SidePanel
          open
          onClose={() => setShown(null)}
          title={t('connectors:history.run', { run: shown.run })}
        >
          <RunReport run={shown} />
          <MailboxCounts run={shown} />
        </SidePanel>
      )}
    </Section>
  )
}

function RunTable({ rows, onShow }: { rows: readonly Run[]; onShow: (run: Run) => void }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  return (
    <DataTable
      caption={t('connectors:history.title')}
      rows={rows}
      rowKey={({ run }) => run}
      empty={<span>{t('connectors:neverRun')}</span>}
      columns={[
        {
          key: 'run',
          title: t('connectors:history.number'),
          render: (row) => (
            <Button
              size="small"
              appearance="subtle"
              aria-label={t('connectors:history.run', { run: row.run })}
              onClick={() => onShow(row)}
            >
              {row.run}
            </Button>
          ),
        },
        { key: 'at', title: t('connectors:report.started'), render: (row) => <Time of={row.startedAt} /> },
        { key: 'kind', title: t('connectors:history.kind'), render: ({ kind }) => t(runKinds[kind]) },
        {
          key: 'state',
          title: t('connectors:column.status'),
          render: ({ state }) => (
            <StatusBadge tone={runStates[state].tone}>{t(runStates[state].label)}</StatusBadge>
          ),
        },
        {
          key: 'imported',
          title: t('connectors:report.imported'),
          align: 'end',
          render: ({ imported }) => format.number(imported),
        },
        {
          key: 'duplicates',
          title: t('connectors:report.duplicates'),
          align: 'end',
          render: ({ duplicates }) => format.number(duplicates),
        },
        {
          key: 'exceptions',
          title: t('connectors:column.exceptions'),
          align: 'end',
          render: ({ exceptions }) => format.number(exceptions.total),
        },
        {
          key: 'by',
          title: t('connectors:report.requestedBy'),
          render: ({ requestedBy }) => requestedBy,
        },
      ]}
    />
  )
}

function MailboxCounts({ run }: { run: Run }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const mailboxes = Object.entries(run.mailboxes)
  if (mailboxes.length === 0) return null
  return (
    <DataTable
      bounded
      caption={t('connectors:report.byMailbox')}
      rows={mailboxes}
      rowKey={([address]) => address}
      columns={[
        { key: 'mailbox', title: t('connectors:report.mailbox'), render: ([address]) => address },
        {
          key: 'items',
          title: t('connectors:report.items'),
          align: 'end',
          compare: (a, b) => a[1] - b[1],
          render: ([, items]) => format.number(items),
        },
      ]}
    />
  )
}
