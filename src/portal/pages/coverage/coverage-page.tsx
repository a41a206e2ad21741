import { ShieldTaskRegular } from '@fluentui/react-icons/svg/shield-task'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { AlertSettings } from './alert-settings.tsx'
import { OneLine } from './cells.tsx'

type Account = Answer<'listCoverage'>[number]

export function CoveragePage() {
  const { t } = useTranslation('coverage')
  const accounts = useCall('listCoverage', undefined)
  return (
    <>
      <PageHeader title={t('coverage:title')} lead={t('coverage:lead')} />
      <Loaded call={accounts}>{(rows) => <Accounts rows={rows} />}</Loaded>
      <AlertSettings />
    </>
  )
}

function Accounts({ rows }: { rows: readonly Account[] }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  if (rows.length === 0)
    return (
      <EmptyState icon={<ShieldTaskRegular />} title={t('coverage:accounts.none')}>
        {t('coverage:accounts.noneText')}
      </EmptyState>
    )
  return (
    <Section title={t('coverage:accounts.title')} text={t('coverage:accounts.text')}>
      <DataTable
        caption={t('coverage:accounts.title')}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'account',
            title: t('coverage:column.account'),
            render: ({ id, name }) => <PageLink to={`/coverage/${id}`}>{name}</PageLink>,
          },
          {
            key: 'state',
            title: t('coverage:column.state'),
            render: (row) => <AccountState account={row} />,
          },
          {
            key: 'silent',
            title: t('coverage:status.silent'),
            align: 'end',
            render: ({ people }) => format.number(people.silent),
          },
          {
            key: 'never',
            title: t('coverage:status.never'),
            align: 'end',
            render: ({ people }) => format.number(people.never),
          },
          {
            key: 'gaps',
            title: t('coverage:column.openGaps'),
            align: 'end',
            render: ({ openGaps }) => format.number(openGaps),
          },
          {
            key: 'told',
            title: t('coverage:column.told'),
            render: ({ toldAt }) => (
              <OneLine>
                <Time of={toldAt} />
              </OneLine>
            ),
          },
        ]}
      />
    </Section>
  )
}

function AccountState({ account: { problem, openAlerts } }: { account: Account }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  if (problem) return <StatusBadge tone="bad">{t('coverage:accounts.unreachable')}</StatusBadge>
  if (openAlerts === 0) return <StatusBadge tone="good">{t('coverage:accounts.fine')}</StatusBadge>
  const words = t('coverage:accounts.alerts', { count: openAlerts, number: format.number(openAlerts) })
  return <StatusBadge tone="warning">{words}</StatusBadge>
}
