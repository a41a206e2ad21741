import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { RetentionFrame } from './frame.tsx'
import { usePeriodText } from './period.tsx'
import { actionLabels, type PolicyFacts, stateLabels } from './words.ts'

export function RetentionPoliciesPage() {
  const { t } = useTranslation('retention')
  const may = useMay()
  const navigate = useNavigate()
  const policies = useCall('listRetentionPolicies', undefined)
  return (
    <RetentionFrame
      actions={
        may('createRetentionPolicy') && (
          <Button
            appearance="primary"
            icon={<AddRegular />}
            onClick={() => void navigate({ to: '/retention/policies/new' })}
          >
            {t('retention:policies.add')}
          </Button>
        )
      }
    >
      <Section title={t('retention:tabs.policies')} text={t('retention:policies.text')}>
        <Loaded call={policies}>{({ items }) => <Policies rows={items} />}</Loaded>
      </Section>
    </RetentionFrame>
  )
}

function Policies({ rows }: { rows: readonly PolicyFacts[] }) {
  const { t } = useTranslation('retention')
  const columns = useColumns()
  return (
    <DataTable
      caption={t('retention:tabs.policies')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={<ArchiveRegular />} title={t('retention:policies.none')}>
          {t('retention:policies.noneText')}
        </EmptyState>
      }
      columns={columns}
    />
  )
}

function useColumns(): Column<PolicyFacts>[] {
  const { t } = useTranslation('retention')
  const format = useFormat()
  const periodText = usePeriodText()
  return [
    {
      key: 'name',
      title: t('retention:column.policy'),
      compare: (left, right) => format.compare(left.name, right.name),
      render: ({ id, name }) => (
        <PageLink to={`/retention/policies/${id}`}>
          <bdi>{name}</bdi>
        </PageLink>
      ),
    },
    {
      key: 'state',
      title: t('retention:column.state'),
      render: (policy) => <PolicyState policy={policy} />,
    },
    { key: 'action', title: t('retention:column.action'), render: ({ action }) => t(actionLabels[action]) },
    {
      key: 'period',
      title: t('retention:column.period'),
      render: ({ period }) => periodText(period),
    },
    { key: 'scope', title: t('retention:column.scope'), render: (policy) => <ScopeText policy={policy} /> },
  ]
}

export function PolicyState({ policy }: { policy: Pick<PolicyFacts, 'state' | 'lockedAt'> }) {
  const { t } = useTranslation('retention')
  const { label, tone } = stateLabels[policy.state]
  return (
    <>
      <StatusBadge tone={tone}>{t(label)}</StatusBadge>{' '}
      {policy.lockedAt !== null && <StatusBadge tone="busy">{t('retention:state.locked')}</StatusBadge>}
    </>
  )
}

/** Whom it is for, in a few words. */
export function ScopeText({
  policy: { scope, mailboxes, adaptiveScope },
}: {
  policy: Pick<PolicyFacts, 'scope' | 'mailboxes' | 'adaptiveScope'>
}) {
  const { t } = useTranslation('retention')
  const format = useFormat()
  const values = { count: mailboxes, number: format.number(mailboxes) }
  if (scope === 'adaptive') return <bdi>{adaptiveScope?.name}</bdi>
  if (scope === 'all') return mailboxes === 0 ? t('retention:scope.all') : t('retention:scope.allBut', values)
  return mailboxes === 0 ? t('retention:scope.nobody') : t('retention:scope.only', values)
}
