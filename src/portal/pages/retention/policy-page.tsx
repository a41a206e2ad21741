import { Button } from '@fluentui/react-components'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { usePeriodText } from './period.tsx'
import { ScopeText } from './policies-page.tsx'
import { DeleteDialog, ExtendDialog } from './policy-dialogs.tsx'
import { StateSection } from './policy-state.tsx'
import { SimulationSection } from './simulation.tsx'
import { actionLabels, type Policy, startLabels } from './words.ts'

const simulatingReadMs = 1_000

export function RetentionPolicyPage() {
  const { t } = useTranslation(['retention', 'general'])
  const { id } = useParams({ from: '/signed-in/retention/policies/$id' })
  const policy = useCall(
    'readRetentionPolicy',
    { params: { id: Number(id) } },
    { refetchInterval: ({ state }) => (state.data?.simulating ? simulatingReadMs : false) },
  )
  return (
    <>
      <PageHeader
        title={policy.data?.name ?? t('retention:column.policy')}
        crumbs={[{ label: t('retention:title'), to: '/retention' }]}
        actions={policy.data && <Change policy={policy.data} />}
      />
      <Loaded call={policy}>
        {(found) => (
          <>
            <StateSection policy={found} />
            <Says policy={found} />
            <SimulationSection policy={found} />
            {found.namedMailboxes.length > 0 && <Mailboxes policy={found} />}
          </>
        )}
      </Loaded>
    </>
  )
}

/** A draft is edited or deleted; what is in force is extended. */
function Change({ policy }: { policy: Policy }) {
  const { t } = useTranslation('retention')
  const may = useMay()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<'delete' | 'extend' | null>(null)
  const close = () => setDialog(null)
  if (!policy.inForce)
    return (
      may('editRetentionPolicy') && (
        <>
          {policy.turnedOnAt === null && (
            <Button onClick={() => setDialog('delete')}>{t('retention:delete.action')}</Button>
          )}
          <Button onClick={() => void navigate({ to: `/retention/policies/${policy.id}/edit` })}>
            {t('retention:edit.action')}
          </Button>
          {dialog === 'delete' && <DeleteDialog policy={policy} onClose={close} />}
        </>
      )
    )
  return (
    may('extendRetentionPolicy') && (
      <>
        <Button onClick={() => setDialog('extend')}>{t('retention:extend.action')}</Button>
        {dialog === 'extend' && <ExtendDialog policy={policy} onClose={close} />}
      </>
    )
  )
}

function Says({ policy }: { policy: Policy }) {
  const { t } = useTranslation('retention')
  const periodText = usePeriodText()
  const scopeName = policy.adaptiveScope
  return (
    <Section title={t('retention:says.title')}>
      <Facts
        facts={[
          { name: t('retention:column.action'), value: t(actionLabels[policy.action]) },
          { name: t('retention:column.period'), value: periodText(policy.period) },
          { name: t('retention:field.starts'), value: t(startLabels[policy.starts]) },
          {
            name: t('retention:column.scope'),
            value: scopeName ? (
              <PageLink to={`/retention/scopes/${scopeName.id}`}>
                <bdi>{scopeName.name}</bdi>
              </PageLink>
            ) : (
              <ScopeText policy={policy} />
            ),
          },
          ...(policy.action === 'retain'
            ? []
            : [
                {
                  name: t('retention:field.early'),
                  value: policy.early ? t('retention:early.yes') : t('retention:early.no'),
                },
              ]),
          ...(policy.basis === ''
            ? []
            : [{ name: t('retention:field.basis'), value: <bdi>{policy.basis}</bdi> }]),
          { name: t('retention:column.createdBy'), value: <bdi>{policy.createdBy}</bdi> },
          { name: t('retention:column.created'), value: <Time of={policy.createdAt} /> },
        ]}
      />
    </Section>
  )
}

function Mailboxes({ policy: { namedMailboxes, scope } }: { policy: Policy }) {
  const { t } = useTranslation('retention')
  const title = scope === 'all' ? t('retention:field.excluded') : t('retention:field.mailboxes')
  return (
    <Section title={title}>
      <DataTable
        bounded
        caption={title}
        rows={namedMailboxes}
        rowKey={({ id }) => id}
        columns={[
          { key: 'address', title: t('retention:column.mailbox'), render: ({ address }) => address },
          { key: 'name', title: t('retention:field.name'), render: ({ name }) => <bdi>{name}</bdi> },
        ]}
      />
    </Section>
  )
}
