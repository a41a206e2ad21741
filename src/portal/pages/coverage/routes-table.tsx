import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Coverage, useNames } from './labels.ts'

type Route = Coverage['routes'][number]

/** The live ways in, as the site last told; nothing where everything comes by files. */
export function RoutesTable({ routes }: { routes: readonly Route[] }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const names = useNames()
  if (routes.length === 0) return null
  return (
    <Section title={t('coverage:routes.title')}>
      <DataTable
        caption={t('coverage:routes.title')}
        rows={routes}
        rowKey={({ id }) => id}
        columns={[
          { key: 'name', title: t('coverage:column.route'), render: ({ name }) => name },
          { key: 'source', title: t('coverage:column.source'), render: ({ source }) => names.source(source) },
          {
            key: 'state',
            title: t('coverage:column.state'),
            render: (route) => <RouteState route={route} />,
          },
          {
            key: 'last',
            title: t('coverage:column.last'),
            render: ({ lastReceivedAt, lastPulledAt }) => <Time of={latest(lastReceivedAt, lastPulledAt)} />,
          },
          {
            key: 'waiting',
            title: t('coverage:column.waiting'),
            align: 'end',
            render: ({ waitingBodies }) => format.number(waitingBodies),
          },
        ]}
      />
    </Section>
  )
}

function RouteState({ route: { enabled, problem } }: { route: Route }) {
  const { t } = useTranslation('coverage')
  if (!enabled) return <StatusBadge tone="quiet">{t('coverage:routes.stopped')}</StatusBadge>
  if (problem === null) return <StatusBadge tone="good">{t('coverage:routes.runs')}</StatusBadge>
  return (
    <>
      <StatusBadge tone="bad">{t('coverage:routes.fails')}</StatusBadge>
      <div lang="en">{problem.message}</div>
    </>
  )
}

function latest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
