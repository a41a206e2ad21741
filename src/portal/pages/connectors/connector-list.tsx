import { makeStyles, tokens } from '@fluentui/react-components'
import { PlugConnectedRegular } from '@fluentui/react-icons/svg/plug-connected'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Progress, StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import {
  type Connector,
  healthLabels,
  isRunning,
  phaseLabel,
  runStates,
  settledOf,
  typeLabels,
} from './labels.ts'
import { ZoneTime } from './zone-time.tsx'

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

export function ConnectorList({ rows, add }: { rows: readonly Connector[]; add: ReactNode }) {
  const { t } = useTranslation('connectors')
  return (
    <DataTable
      caption={t('connectors:tab.connectors')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={<PlugConnectedRegular />} title={t('connectors:none.title')} action={add}>
          {t('connectors:none.text')}
        </EmptyState>
      }
      columns={useColumns()}
    />
  )
}

function useColumns(): readonly Column<Connector>[] {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const may = useMay()
  return [
    {
      key: 'name',
      title: t('connectors:column.name'),
      compare: (a, b) => format.compare(a.name, b.name),
      render: ({ id, name }) => (
        <PageLink to={`/connectors/${id}`}>
          <bdi>{name}</bdi>
        </PageLink>
      ),
    },
    { key: 'type', title: t('connectors:column.type'), render: ({ type }) => t(typeLabels[type]) },
    { key: 'status', title: t('connectors:column.status'), render: (row) => <Health connector={row} /> },
    { key: 'last', title: t('connectors:column.lastRun'), render: (row) => <LastRun connector={row} /> },
    {
      key: 'next',
      title: t('connectors:column.nextRun'),
      compare: (a, b) => (a.nextRun ?? '').localeCompare(b.nextRun ?? ''),
      render: ({ nextRun, schedule }) => <ZoneTime of={nextRun} zone={schedule.zone} />,
    },
    {
      key: 'imported',
      title: t('connectors:column.imported'),
      align: 'end',
      compare: (a, b) => a.importedMessages - b.importedMessages,
      render: ({ importedMessages }) => format.number(importedMessages),
    },
    {
      key: 'exceptions',
      title: t('connectors:column.exceptions'),
      align: 'end',
      compare: (a, b) => a.openExceptions - b.openExceptions,
      render: ({ id, openExceptions }) =>
        openExceptions === 0 || !may('listExceptions') ? (
          format.number(openExceptions)
        ) : (
          <PageLink to={`/connectors/${id}/exceptions`}>{format.number(openExceptions)}</PageLink>
        ),
    },
  ]
}

export function Health({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const { label, tone } = healthLabels[connector.health]
  return <StatusBadge tone={tone}>{t(label)}</StatusBadge>
}

function LastRun({ connector }: { connector: Connector }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const { lastRun: run, schedule } = connector
  if (run === null) return <>{t('connectors:neverRun')}</>
  if (isRunning(run)) {
    return (
      <>
        <Progress
          done={settledOf(run)}
          total={run.total > 0 ? run.total : null}
          label={t('connectors:progress.label')}
        />
        <span className={styles.quiet}>{t(phaseLabel(run.phase))}</span>
      </>
    )
  }
  return (
    <>
      <ZoneTime of={run.finishedAt ?? run.createdAt} zone={schedule.zone} />
      <br />
      <span className={styles.quiet}>
        {t(runStates[run.state].label)} ·{' '}
        {t('connectors:importedCount', { count: run.imported, number: format.number(run.imported) })}
      </span>
    </>
  )
}
