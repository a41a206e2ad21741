import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { OneLine } from './cells.tsx'
import { useNames } from './labels.ts'

type Row = Answer<'reconcileRoutes'>['rows'][number]

/** What two ways in of the same person both have, and what only one of them has, over the last seven days. */
export function Reconciliation({ accountId }: { accountId: number }) {
  const { t } = useTranslation('coverage')
  const reconciliation = useCall('reconcileRoutes', { params: { id: accountId }, query: {} })
  return (
    <Section title={t('coverage:reconcile.title')} text={t('coverage:reconcile.text')}>
      <Loaded call={reconciliation}>{({ rows }) => <Rows rows={rows} />}</Loaded>
    </Section>
  )
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const names = useNames()
  const counted = (key: 'matched' | 'probable' | 'onlyHere' | 'onlyThere', title: string): Column<Row> => ({
    ...{ key, title, align: 'end' as const },
    render: (row) => format.number(row[key]),
  })
  if (rows.length === 0) return <span>{t('coverage:reconcile.none')}</span>
  return (
    <DataTable
      bounded
      caption={t('coverage:reconcile.title')}
      rows={rows}
      rowKey={({ day, person, here, there }) => `${day}/${person}/${here}/${there}`}
      columns={[
        {
          key: 'day',
          title: t('coverage:column.day'),
          render: ({ day }) => <OneLine>{format.day(day)}</OneLine>,
        },
        { key: 'person', title: t('coverage:reconcile.person'), render: ({ person }) => person },
        { key: 'here', title: t('coverage:reconcile.here'), render: ({ here }) => names.source(here) },
        { key: 'there', title: t('coverage:reconcile.there'), render: ({ there }) => names.source(there) },
        counted('matched', t('coverage:reconcile.matched')),
        counted('probable', t('coverage:reconcile.probable')),
        counted('onlyHere', t('coverage:reconcile.onlyHere')),
        counted('onlyThere', t('coverage:reconcile.onlyThere')),
      ]}
    />
  )
}
