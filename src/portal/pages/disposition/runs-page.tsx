import { Button } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Moment } from './cells.tsx'
import { DispositionFrame } from './frame.tsx'
import { type Disposition, type Run, reasonLabels, runStateOf } from './labels.ts'
import { RunPanel } from './run-panel.tsx'
import { Suspension } from './suspension.tsx'

export function RunsPage() {
  const { t } = useTranslation('disposition')
  const disposition = useCall('readDisposition', undefined)
  return (
    <DispositionFrame>
      <Loaded call={disposition}>
        {(found) => (
          <>
            {found.suspension && <Suspension suspension={found.suspension} />}
            <Overview disposition={found} />
            {found.runs.length === 0 ? (
              <EmptyState icon={<DeleteRegular />} title={t('disposition:runs.none')}>
                {t('disposition:runs.noneText')}
              </EmptyState>
            ) : (
              <Runs runs={found.runs} />
            )}
          </>
        )}
      </Loaded>
    </DispositionFrame>
  )
}

function Overview({ disposition }: { disposition: Disposition }) {
  const { t } = useTranslation('disposition')
  const format = useFormat()
  const { lastRun, nextRunAt, waitingForMe, suspension } = disposition
  const next = nextRunAt === null ? t('disposition:overview.soon') : <Time of={nextRunAt} />
  return (
    <Section title={t('disposition:overview.title')}>
      <Facts
        facts={[
          ...(waitingForMe === null
            ? []
            : [
                {
                  name: t('disposition:overview.waiting'),
                  value: <PageLink to="/disposition/reviews">{format.number(waitingForMe)}</PageLink>,
                },
              ]),
          { name: t('disposition:overview.last'), value: <Time of={lastRun?.at ?? null} /> },
          ...(lastRun
            ? [
                { name: t('disposition:column.disposed'), value: format.number(lastRun.disposed) },
                { name: t('disposition:column.kept'), value: format.number(lastRun.kept) },
              ]
            : []),
          {
            name: t('disposition:overview.next'),
            value: suspension ? t('disposition:overview.suspended') : next,
          },
        ]}
      />
    </Section>
  )
}

function Runs({ runs }: { runs: readonly Run[] }) {
  const { t } = useTranslation('disposition')
  const [open, setOpen] = useState<Run | null>(null)
  return (
    <Section title={t('disposition:runs.title')} text={t('disposition:runs.text')}>
      <DataTable
        bounded
        caption={t('disposition:runs.title')}
        rows={runs}
        rowKey={({ id }) => id}
        columns={useColumns(setOpen)}
      />
      {open && <RunPanel run={open} onClose={() => setOpen(null)} />}
    </Section>
  )
}

function useColumns(onOpen: (run: Run) => void): readonly Column<Run>[] {
  const { t } = useTranslation('disposition')
  const format = useFormat()
  return [
    {
      key: 'run',
      title: t('disposition:column.run'),
      render: (run) => (
        <Button
          size="small"
          aria-label={t('disposition:runs.open', { number: format.number(run.id) })}
          onClick={() => onOpen(run)}
        >
          {format.number(run.id)}
        </Button>
      ),
    },
    { key: 'reason', title: t('disposition:column.why'), render: ({ reason }) => t(reasonLabels[reason]) },
    {
      key: 'state',
      title: t('disposition:column.state'),
      render: (run) => {
        const { label, tone } = runStateOf(run)
        return <StatusBadge tone={tone}>{t(label)}</StatusBadge>
      },
    },
    { key: 'began', title: t('disposition:column.began'), render: (run) => <Moment of={run.createdAt} /> },
    {
      key: 'disposed',
      title: t('disposition:column.disposed'),
      align: 'end',
      render: ({ disposed }) => format.number(disposed),
    },
    {
      key: 'kept',
      title: t('disposition:column.kept'),
      align: 'end',
      render: ({ kept }) => format.number(kept),
    },
    { key: 'final', title: t('disposition:column.final'), render: (run) => <Moment of={run.finalAt} /> },
  ]
}
