import { Button } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { Time } from '../../components/time.tsx'
import type { Draft } from './draft.ts'
import { type ConnectorType, typeLabels } from './labels.ts'
import { stepLabels } from './wizard-steps.tsx'

/** Wizards that somebody began, of one type or of all: to go on with, or to throw away. */
export function DraftList({ type }: { type?: ConnectorType }) {
  const { t } = useTranslation('connectors')
  const drafts = useCall('listDrafts', undefined)
  const [discarding, setDiscarding] = useState<Draft | null>(null)
  const rows = drafts.data?.filter((draft) => type === undefined || draft.type === type) ?? []
  if (rows.length === 0) return null
  return (
    <Section title={t('connectors:drafts.title')} text={t('connectors:drafts.text')}>
      <DataTable
        caption={t('connectors:drafts.title')}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'name',
            title: t('connectors:column.name'),
            render: (draft) => <bdi>{draft.name || t(typeLabels[draft.type])}</bdi>,
          },
          { key: 'type', title: t('connectors:column.type'), render: (draft) => t(typeLabels[draft.type]) },
          { key: 'step', title: t('connectors:drafts.step'), render: ({ step }) => t(stepLabels[step]) },
          { key: 'by', title: t('connectors:drafts.by'), render: ({ createdBy }) => createdBy },
          {
            key: 'at',
            title: t('connectors:drafts.savedAt'),
            render: ({ updatedAt }) => <Time of={updatedAt} show="ago" />,
          },
          {
            key: 'actions',
            title: t('general:actions'),
            render: (draft) => <DraftActs draft={draft} onDiscard={() => setDiscarding(draft)} />,
          },
        ]}
      />
      {discarding && <DiscardDialog draft={discarding} onClose={() => setDiscarding(null)} />}
    </Section>
  )
}

function DraftActs({ draft, onDiscard }: { draft: Draft; onDiscard: () => void }) {
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  const { id, step, name } = draft
  const search = { step: step === 'description' ? ('terms' as const) : step }
  return (
    <Buttons>
      <Button
        size="small"
        aria-label={t('connectors:drafts.continueWith', { name })}
        onClick={() => void navigate({ to: '/connectors/new/$id', params: { id }, search })}
      >
        {t('connectors:drafts.continue')}
      </Button>
      <Button
        size="small"
        appearance="subtle"
        aria-label={t('connectors:drafts.discardOf', { name })}
        onClick={onDiscard}
      >
        {t('connectors:drafts.discard')}
      </Button>
    </Buttons>
  )
}

function DiscardDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const { t } = useTranslation('connectors')
  const remove = useChange('removeDraft', { stale: ['listDrafts'], onSuccess: onClose })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('connectors:drafts.discardTitle', { name: draft.name || t(typeLabels[draft.type]) })}
      confirm={t('connectors:drafts.discard')}
      onConfirm={() => remove.mutate({ params: { id: draft.id } })}
      pending={remove.isPending}
      error={remove.error}
    >
      {t('connectors:drafts.discardText')}
    </ConfirmDialog>
  )
}
