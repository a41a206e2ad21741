import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { GavelRegular } from '@fluentui/react-icons/svg/gavel'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { OneLine } from '../../components/one-line.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Delays } from './delays.tsx'
import { type Hold, kindLabels, stateOf } from './labels.ts'
import { Requests } from './requests.tsx'

export function HoldsPage() {
  const { t } = useTranslation('holds')
  const may = useMay()
  const navigate = useNavigate()
  const holds = useCall('listHolds', undefined)
  return (
    <>
      <PageHeader
        title={t('holds:title')}
        lead={t('holds:lead')}
        actions={
          may('placeHold') && (
            <Button
              appearance="primary"
              icon={<AddRegular />}
              onClick={() => void navigate({ to: '/holds/new' })}
            >
              {t('holds:place')}
            </Button>
          )
        }
      />
      <Loaded call={holds}>
        {({ items, delays }) => (
          <>
            <Requests />
            <Holds holds={items} />
            {delays.length > 0 && <Delays delays={delays} />}
          </>
        )}
      </Loaded>
    </>
  )
}

function Holds({ holds }: { holds: readonly Hold[] }) {
  const { t } = useTranslation('holds')
  const columns = useColumns()
  if (holds.length === 0)
    return (
      <EmptyState icon={<GavelRegular />} title={t('holds:none')}>
        {t('holds:noneText')}
      </EmptyState>
    )
  return (
    <Section title={t('holds:title')}>
      <DataTable caption={t('holds:title')} rows={holds} rowKey={({ id }) => id} columns={columns} />
    </Section>
  )
}

function useColumns(): Column<Hold>[] {
  const { t } = useTranslation('holds')
  const format = useFormat()
  return [
    {
      key: 'name',
      title: t('holds:column.name'),
      render: ({ id, name }) => <PageLink to={`/holds/${id}`}>{name}</PageLink>,
    },
    { key: 'kind', title: t('holds:column.kind'), render: ({ kind }) => t(kindLabels[kind]) },
    { key: 'state', title: t('holds:column.state'), render: (hold) => <HoldState hold={hold} /> },
    {
      key: 'mailboxes',
      title: t('holds:column.mailboxes'),
      align: 'end',
      render: ({ mailboxes }) => format.number(mailboxes),
    },
    {
      key: 'items',
      title: t('holds:column.items'),
      align: 'end',
      render: ({ statistics }) => (statistics === null ? '' : format.number(statistics.items)),
    },
    {
      key: 'placed',
      title: t('holds:column.placed'),
      render: ({ placedAt }) => (
        <OneLine>
          <Time of={placedAt} />
        </OneLine>
      ),
    },
  ]
}

export function HoldState({ hold }: { hold: Hold }) {
  const { t } = useTranslation('holds')
  const { label, tone } = stateOf(hold)
  return (
    <>
      <StatusBadge tone={tone}>{t(label)}</StatusBadge>{' '}
      {hold.confidential && <StatusBadge tone="warning">{t('holds:state.confidential')}</StatusBadge>}
    </>
  )
}
