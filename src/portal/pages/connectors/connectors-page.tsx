import { Button } from '@fluentui/react-components'
import { PlugConnectedRegular } from '@fluentui/react-icons/svg/plug-connected'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { EmptyState, ErrorNotice, Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Progress, StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ConnectorTabs } from './connector-tabs.tsx'
import { useRunProgress } from './follow-runs.ts'
import { healthLabels, isRunning, runStates, typeLabels } from './labels.ts'

type Connector = Answer<'readConnector'>

export function ConnectorsPage() {
  const { t } = useTranslation('connectors')
  const may = useMay()
  const connectors = useCall('listConnectors', undefined)
  useRunProgress()
  return (
    <>
      <PageHeader
        title={t('connectors:title')}
        lead={t('connectors:lead')}
        actions={may('createDraft') && <AddConnector />}
      />
      <ConnectorTabs />
      {may('listDrafts') && <Drafts />}
      <Loaded call={connectors}>{(rows) => <ConnectorTable rows={rows} />}</Loaded>
    </>
  )
}

function AddConnector() {
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  return (
    <Button appearance="primary" onClick={() => void navigate({ to: '/connectors/catalogue' })}>
      {t('connectors:addConnector')}
    </Button>
  )
}

function ConnectorTable({ rows }: { rows: readonly Connector[] }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  return (
    <DataTable
      caption={t('connectors:tab.connectors')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState
          icon={<PlugConnectedRegular />}
          title={t('connectors:none.title')}
          action={<AddConnector />}
        >
          {t('connectors:none.text')}
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          title: t('connectors:column.name'),
          compare: (a, b) => format.compare(a.name, b.name),
          render: ({ id, name }) => (
            <Link to="/connectors/$id" params={{ id: String(id) }}>
              <bdi>{name}</bdi>
            </Link>
          ),
        },
        { key: 'type', title: t('connectors:column.type'), render: ({ type }) => t(typeLabels[type]) },
        { key: 'status', title: t('connectors:column.status'), render: (row) => <Health connector={row} /> },
        {
          key: 'last',
          title: t('connectors:column.lastRun'),
          render: (row) => <LastRun run={row.lastRun} />,
        },
        {
          key: 'next',
          title: t('connectors:column.nextRun'),
          render: ({ nextRun }) => (nextRun === null ? '–' : <Time of={nextRun} />),
        },
        {
          key: 'exceptions',
          title: t('connectors:column.exceptions'),
          align: 'end',
          compare: (a, b) => a.openExceptions - b.openExceptions,
          render: ({ id, openExceptions }) =>
            openExceptions === 0 ? (
              format.number(0)
            ) : (
              <Link to="/connectors/$id/exceptions" params={{ id: String(id) }}>
                {format.number(openExceptions)}
              </Link>
            ),
        },
      ]}
    />
  )
}

export function Health({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const { label, tone } = healthLabels[connector.health]
  return <StatusBadge tone={tone}>{t(label)}</StatusBadge>
}

function LastRun({ run }: { run: Connector['lastRun'] }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  if (run === null) return <>{t('connectors:neverRun')}</>
  if (isRunning(run)) {
    return (
      <Progress
        done={run.imported}
        total={run.total > 0 ? run.total : null}
        label={t('connectors:progress.label')}
      />
    )
  }
  return (
    <>
      {t(runStates[run.state].label)}, <Time of={run.finishedAt ?? run.createdAt} show="ago" />
      <br />
      {t('connectors:importedCount', { count: run.imported, number: format.number(run.imported) })}
    </>
  )
}

/** Wizards that somebody began: to go on with, or to throw away. */
function Drafts() {
  const { t } = useTranslation(['connectors', 'general'])
  const drafts = useCall('listDrafts', undefined)
  const remove = useChange('removeDraft', { stale: ['listDrafts'] })
  if (!drafts.data || drafts.data.length === 0) return null
  return (
    <Section title={t('connectors:drafts.title')} text={t('connectors:drafts.text')}>
      <ErrorNotice error={remove.error} />
      <DataTable
        caption={t('connectors:drafts.title')}
        rows={drafts.data}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'name',
            title: t('connectors:column.name'),
            render: ({ name, type }) => <bdi>{name || t(typeLabels[type])}</bdi>,
          },
          { key: 'by', title: t('connectors:drafts.by'), render: ({ createdBy }) => createdBy },
          {
            key: 'at',
            title: t('connectors:drafts.savedAt'),
            render: ({ updatedAt }) => <Time of={updatedAt} show="ago" />,
          },
          {
            key: 'actions',
            title: t('general:actions'),
            render: ({ id, step }) => (
              <Buttons>
                <Link
                  to="/connectors/new/$id"
                  params={{ id }}
                  search={{ step: step === 'description' ? 'terms' : step }}
                >
                  {t('connectors:drafts.continue')}
                </Link>
                <Button size="small" onClick={() => remove.mutate({ params: { id } })}>
                  {t('connectors:drafts.discard')}
                </Button>
              </Buttons>
            ),
          },
        ]}
      />
    </Section>
  )
}
