import { Button } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { HistoryRegular } from '@fluentui/react-icons/svg/history'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { useFormat } from '../../i18n/format.ts'
import { AuditFrame } from './audit-frame.tsx'
import { operationLabels } from './labels.ts'
import { NewPolicyDialog, useKeepText } from './new-policy-dialog.tsx'

export type AuditPolicy = Answer<'listAuditPolicies'>['items'][number]

export function AuditRetentionPage() {
  const { t } = useTranslation('audit')
  const may = useMay()
  const policies = useCall('listAuditPolicies', undefined)
  const [adding, setAdding] = useState(false)
  return (
    <AuditFrame>
      <Section title={t('audit:retention.title')} text={t('audit:retention.text')}>
        {may('createAuditPolicy') && (
          <Buttons>
            <Button appearance="primary" onClick={() => setAdding(true)}>
              {t('audit:retention.add')}
            </Button>
          </Buttons>
        )}
        <Loaded call={policies}>{({ items }) => <Policies rows={items} />}</Loaded>
        {adding && <NewPolicyDialog onClose={() => setAdding(false)} />}
      </Section>
    </AuditFrame>
  )
}

function Policies({ rows }: { rows: readonly AuditPolicy[] }) {
  const { t } = useTranslation(['audit', 'general'])
  const [removed, setRemoved] = useState<AuditPolicy | null>(null)
  const columns = useColumns(setRemoved)
  return (
    <>
      <DataTable
        caption={t('audit:retention.title')}
        rows={rows}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={<HistoryRegular />} title={t('audit:retention.none')}>
            {t('audit:retention.noneText')}
          </EmptyState>
        }
        columns={columns}
      />
      {removed && <RemoveDialog policy={removed} onClose={() => setRemoved(null)} />}
    </>
  )
}

function useColumns(onRemove: (policy: AuditPolicy) => void): readonly Column<AuditPolicy>[] {
  const { t } = useTranslation(['audit', 'general'])
  const format = useFormat()
  const keepText = useKeepText()
  const may = useMay()
  const columns: Column<AuditPolicy>[] = [
    {
      key: 'priority',
      title: t('audit:retention.priority'),
      align: 'end',
      render: ({ priority }) => format.number(priority),
    },
    { key: 'name', title: t('audit:retention.name'), render: ({ name }) => <bdi>{name}</bdi> },
    { key: 'keep', title: t('audit:retention.keep'), render: ({ keepMonths }) => keepText(keepMonths) },
    {
      key: 'actors',
      title: t('audit:retention.actors'),
      render: ({ actors }) => (actors ? <bdi>{format.list(actors)}</bdi> : t('audit:retention.everybody')),
    },
    {
      key: 'operations',
      title: t('audit:retention.operations'),
      render: ({ operations }) =>
        operations
          ? format.list(operations.map((one) => t(operationLabels[one])))
          : t('audit:retention.everything'),
    },
  ]
  if (!may('removeAuditPolicy')) return columns
  return [
    ...columns,
    {
      key: 'remove',
      title: '',
      render: (policy) => (
        <Button
          appearance="subtle"
          icon={<DeleteRegular />}
          aria-label={t('audit:retention.removeNamed', { name: policy.name })}
          onClick={() => onRemove(policy)}
        />
      ),
    },
  ]
}

function RemoveDialog({ policy, onClose }: { policy: AuditPolicy; onClose: () => void }) {
  const { t } = useTranslation(['audit', 'general'])
  const notify = useNotify()
  const remove = useChange('removeAuditPolicy', {
    stale: ['listAuditPolicies'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('audit:retention.removeNamed', { name: policy.name })}
      confirm={t('audit:retention.remove')}
      onConfirm={() => remove.mutate({ params: { id: policy.id } })}
      pending={remove.isPending}
      error={remove.error}
    >
      {t('audit:retention.removeText')}
    </ConfirmDialog>
  )
}
