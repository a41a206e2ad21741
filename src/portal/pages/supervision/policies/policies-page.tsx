import { Button } from '@fluentui/react-components'
import { ShieldTaskRegular } from '@fluentui/react-icons/svg/shield-task'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../../api/calls.ts'
import { useMay } from '../../../api/session.ts'
import { type Column, DataTable } from '../../../components/data-table.tsx'
import { Section } from '../../../components/form.tsx'
import { EmptyState, Loaded } from '../../../components/notices.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { StatusBadge } from '../../../components/status.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { Dictionaries } from './dictionaries.tsx'
import { type PolicyFacts, stateLabels } from './labels.ts'
import { NewPolicyDialog } from './new-policy-dialog.tsx'

export function SupervisionPoliciesPage() {
  const { t } = useTranslation('supervision')
  const may = useMay()
  const policies = useCall('listSupervisionPolicies', undefined)
  const [adding, setAdding] = useState(false)
  return (
    <>
      <PageHeader
        title={t('supervision:policies.title')}
        lead={t('supervision:policies.lead')}
        actions={
          may('saveSupervisionPolicy') && (
            <Button appearance="primary" onClick={() => setAdding(true)}>
              {t('supervision:policies.add')}
            </Button>
          )
        }
      />
      <Section title={t('supervision:policies.title')}>
        <Loaded call={policies}>{(rows) => <Policies rows={rows} />}</Loaded>
      </Section>
      <Dictionaries />
      {adding && <NewPolicyDialog onClose={() => setAdding(false)} />}
    </>
  )
}

function Policies({ rows }: { rows: readonly PolicyFacts[] }) {
  const { t } = useTranslation('supervision')
  const format = useFormat()
  const count = (key: string, title: string, of: (row: PolicyFacts) => number): Column<PolicyFacts> => ({
    ...{
      key,
      title,
      align: 'end',
      compare: (a, b) => of(a) - of(b),
      render: (row) => format.number(of(row)),
    },
  })
  return (
    <DataTable
      caption={t('supervision:policies.title')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={<ShieldTaskRegular />} title={t('supervision:policies.none')}>
          {t('supervision:policies.noneText')}
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          title: t('supervision:column.policy'),
          compare: (a, b) => format.compare(a.name, b.name),
          render: ({ id, name }) => (
            <PageLink to={`/supervision/policies/${id}`}>
              <bdi>{name}</bdi>
            </PageLink>
          ),
        },
        { key: 'state', title: t('supervision:column.state'), render: (row) => <PolicyState policy={row} /> },
        count('rules', t('supervision:column.rules'), ({ rules }) => rules),
        count('looked', t('supervision:column.looked'), ({ looked }) => looked),
        count('matched', t('supervision:column.matched'), ({ matched }) => matched),
        count('waiting', t('supervision:column.waiting'), ({ waitingPages }) => waitingPages),
      ]}
    />
  )
}

export function PolicyState({
  policy: { state, problem },
}: {
  policy: Pick<PolicyFacts, 'state' | 'problem'>
}) {
  const { t } = useTranslation('supervision')
  if (problem) return <StatusBadge tone="bad">{t('supervision:state.problem')}</StatusBadge>
  const { label, tone } = stateLabels[state]
  return <StatusBadge tone={tone}>{t(label)}</StatusBadge>
}
