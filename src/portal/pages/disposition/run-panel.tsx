import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { DataTable } from '../../components/data-table.tsx'
import { SidePanel } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Loaded } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Basis, Moment } from './cells.tsx'
import { type Run, runStateOf, stateLabels } from './labels.ts'

/** What a run disposed of and what it kept, by which rule, and why. */
export function RunPanel({ run, onClose }: { run: Run; onClose: () => void }) {
  const { t } = useTranslation('disposition')
  const format = useFormat()
  const found = useCall('readDispositionRun', { params: { id: run.id } })
  const { label, tone } = runStateOf(run)
  return (
    <SidePanel open onClose={onClose} title={t('disposition:runs.one', { number: format.number(run.id) })}>
      <Facts
        facts={[
          {
            name: t('disposition:column.state'),
            value: <StatusBadge tone={tone}>{t(label)}</StatusBadge>,
          },
          { name: t('disposition:run.by'), value: <bdi>{run.requestedBy}</bdi> },
          { name: t('disposition:run.asOf'), value: <Moment of={run.asOf} /> },
          { name: t('disposition:run.logical'), value: <Moment of={run.finishedAt} /> },
          { name: t('disposition:run.final'), value: <Moment of={run.finalAt} /> },
        ]}
      />
      <Loaded call={found}>
        {({ outcomes }) => (
          <DataTable
            caption={t('disposition:run.outcomes')}
            rows={outcomes}
            rowKey={({ state, basisKind, basis }) => `${state} ${basisKind} ${basis}`}
            empty={<span>{t('disposition:run.nothing')}</span>}
            columns={[
              {
                key: 'state',
                title: t('disposition:run.outcome'),
                render: ({ state }) => t(stateLabels[state]),
              },
              { key: 'basis', title: t('disposition:column.basis'), render: (one) => <Basis of={one} /> },
              {
                key: 'items',
                title: t('disposition:column.items'),
                align: 'end',
                render: ({ items }) => format.number(items),
              },
            ]}
          />
        )}
      </Loaded>
    </SidePanel>
  )
}
