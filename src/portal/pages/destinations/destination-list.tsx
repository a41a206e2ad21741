import { MailArrowForwardRegular } from '@fluentui/react-icons/svg/mail-arrow-forward'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Destination, kindLabels, openOf, refusedOf, stateOf } from './labels.ts'

export function DestinationList({ rows }: { rows: readonly Destination[] }) {
  const { t } = useTranslation('delivery')
  return (
    <DataTable
      caption={t('delivery:title')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={<MailArrowForwardRegular />} title={t('delivery:none.title')}>
          {t('delivery:none.text')}
        </EmptyState>
      }
      columns={useColumns()}
    />
  )
}

function useColumns(): readonly Column<Destination>[] {
  const { t } = useTranslation('delivery')
  const format = useFormat()
  const count = (key: string, title: string, of: (row: Destination) => number): Column<Destination> => ({
    ...{
      key,
      title,
      align: 'end',
      compare: (a, b) => of(a) - of(b),
      render: (row) => format.number(of(row)),
    },
  })
  return [
    {
      key: 'name',
      title: t('delivery:column.name'),
      compare: (a, b) => format.compare(a.name, b.name),
      render: ({ id, name }) => (
        <PageLink to={`/connectors/destinations/${id}`}>
          <bdi>{name}</bdi>
        </PageLink>
      ),
    },
    { key: 'kind', title: t('delivery:column.kind'), render: ({ kind }) => t(kindLabels[kind]) },
    {
      key: 'connectors',
      title: t('delivery:column.connectors'),
      render: ({ connectors }) =>
        connectors.length === 0 ? '–' : <bdi>{format.list(connectors.map(({ name }) => name))}</bdi>,
    },
    { key: 'state', title: t('delivery:column.state'), render: (row) => <State destination={row} /> },
    count('waiting', t('delivery:count.waiting'), openOf),
    count('delivered', t('delivery:count.delivered'), ({ confirmed }) => confirmed),
    count('refused', t('delivery:count.refused'), refusedOf),
    {
      key: 'last',
      title: t('delivery:column.lastDelivered'),
      compare: (a, b) => (a.lastDeliveredAt ?? '').localeCompare(b.lastDeliveredAt ?? ''),
      render: ({ lastDeliveredAt }) => <Time of={lastDeliveredAt} />,
    },
  ]
}

export function State({ destination }: { destination: Destination }) {
  const { t } = useTranslation('delivery')
  const { label, tone } = stateOf(destination)
  return <StatusBadge tone={tone}>{t(label)}</StatusBadge>
}
