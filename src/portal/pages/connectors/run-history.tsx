import { Button, Link } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo, useCall, usePages } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { SidePanel } from '../../components/dialogs.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Loaded } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Connector, type Run, runKinds, runStates } from './labels.ts'
import { RunReport, useRequestedBy } from './run-report.tsx'
import { ZoneTime } from './zone-time.tsx'

export function RunHistory({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const may = useMay()
  const params = { id: connector.id }
  const runs = usePages('listRuns', { params, query: { limit: 25 } })
  const [shown, setShown] = useState<string | null>(null)
  const rows = runs.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('connectors:history.title')}>
      <ErrorNotice error={runs.error} onRetry={() => void runs.refetch()} />
      {may('downloadRunLog') && rows.length > 0 && (
        <Buttons>
          <Link href={linkTo('downloadRunLog', { params, query: { safe: 'true' } })} download>
            {t('connectors:history.log')}
          </Link>
          <Link href={linkTo('downloadRunLog', { params, query: { safe: 'false' } })} download>
            {t('connectors:csv.untouched')}
          </Link>
        </Buttons>
      )}
      <RunTable rows={rows} zone={connector.schedule.zone} onShow={setShown} />
      {runs.hasNextPage && (
        <div>
          <Button disabledFocusable={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            {t('connectors:more')}
          </Button>
        </div>
      )}
      {shown !== null && <RunPanel connector={connector} run={shown} onClose={() => setShown(null)} />}
    </Section>
  )
}

function RunPanel(props: { connector: Connector; run: string; onClose: () => void }) {
  const { connector, run, onClose } = props
  const { t } = useTranslation('connectors')
  const report = useCall('readRun', { params: { id: connector.id, run: Number(run) } })
  // The run at hand is told of as it goes.
  const live = connector.lastRun?.run === run ? connector.lastRun : null
  return (
    <SidePanel open onClose={onClose} title={t('connectors:history.run', { run })}>
      <Loaded call={live ? { ...report, data: live, error: null } : report}>
        {(facts) => (
          <>
            <RunReport run={facts} zone={connector.schedule.zone} />
            <MailboxCounts run={facts} />
          </>
        )}
      </Loaded>
    </SidePanel>
  )
}

function RunTable(props: { rows: readonly Run[]; zone: string; onShow: (run: string) => void }) {
  const { rows, zone, onShow } = props
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const requestedBy = useRequestedBy()
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
          render: ({ run }) => (
            <Link as="button" aria-label={t('connectors:history.run', { run })} onClick={() => onShow(run)}>
              {run}
            </Link>
          ),
        },
        {
          key: 'at',
          title: t('connectors:report.started'),
          render: (row) => <ZoneTime of={row.startedAt} zone={zone} />,
        },
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
          key: 'exceptions',
          title: t('connectors:column.exceptions'),
          align: 'end',
          render: ({ exceptions }) => format.number(exceptions.total),
        },
        {
          key: 'by',
          title: t('connectors:report.requestedBy'),
          render: requestedBy,
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
