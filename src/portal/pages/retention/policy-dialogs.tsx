import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { ConfirmDialog, FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { linesOf } from '../../components/lines.ts'
import { Notice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { PeriodFields, periodDraftOf, periodOf } from './period.tsx'
import type { Policy } from './words.ts'

interface DialogProps {
  readonly policy: Policy
  readonly onClose: () => void
}

const stale = ['readRetentionPolicy', 'listRetentionPolicies'] as const

export function TurnOffDialog({ policy, onClose }: DialogProps) {
  const { t } = useTranslation('retention')
  const notify = useNotify()
  const turnOff = useChange('turnOffRetentionPolicy', {
    stale: [...stale],
    onSuccess: () => {
      notify({ title: t('retention:off.done') })
      onClose()
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`${t('retention:off.action')}: ${policy.name}`}
      confirm={t('retention:off.action')}
      onConfirm={() => turnOff.mutate({ params: { id: policy.id } })}
      pending={turnOff.isPending}
      error={turnOff.error}
    >
      {t('retention:off.text')}
    </ConfirmDialog>
  )
}

export function DeleteDialog({ policy, onClose }: DialogProps) {
  const { t } = useTranslation('retention')
  const notify = useNotify()
  const navigate = useNavigate()
  const remove = useChange('deleteRetentionPolicy', {
    stale: ['listRetentionPolicies'],
    onSuccess: () => {
      notify({ title: t('retention:delete.done') })
      void navigate({ to: '/retention' })
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`${t('retention:delete.action')}: ${policy.name}`}
      confirm={t('retention:delete.action')}
      onConfirm={() => remove.mutate({ params: { id: policy.id } })}
      pending={remove.isPending}
      error={remove.error}
    >
      {t('retention:delete.text')}
    </ConfirmDialog>
  )
}

/** Nobody can undo it, so whoever does it says so himself by typing the policy's name. */
export function LockDialog({ policy, onClose }: DialogProps) {
  const { t } = useTranslation('retention')
  const notify = useNotify()
  const [name, setName] = useState('')
  const lock = useChange('lockRetentionPolicy', {
    stale: [...stale],
    onSuccess: () => {
      notify({ title: t('retention:lock.done') })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('retention:lock.title')}
      submit={t('retention:lock.action')}
      onSubmit={() => lock.mutate({ params: { id: policy.id }, body: { name } })}
      pending={lock.isPending}
      error={lock.error}
      disabled={name.trim() !== policy.name}
    >
      <Notice intent="warning" title={t('retention:lock.never')}>
        {t('retention:lock.text')}
      </Notice>
      <div>
        {t('retention:lock.typeIt')}{' '}
        <strong>
          <bdi>{policy.name}</bdi>
        </strong>
      </div>
      <TextField required label={t('retention:lock.name')} value={name} onChange={setName} />
    </FormDialog>
  )
}

/** What is in force becomes longer; where it only retains, more mailboxes come under it. */
export function ExtendDialog({ policy, onClose }: DialogProps) {
  const { t } = useTranslation(['retention', 'general'])
  const notify = useNotify()
  const [draft, setDraft] = useState(() => periodDraftOf(policy.period))
  const [text, setText] = useState('')
  const extend = useChange('extendRetentionPolicy', {
    stale: [...stale],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  const period = periodOf(draft)
  const mayWiden = policy.action === 'retain' && policy.scope !== 'adaptive'
  return (
    <FormDialog
      open
      onClose={onClose}
      title={`${t('retention:extend.action')}: ${policy.name}`}
      submit={t('general:action.save')}
      onSubmit={() => {
        if (period !== undefined)
          extend.mutate({ params: { id: policy.id }, body: { period, mailboxes: linesOf(text) } })
      }}
      pending={extend.isPending}
      error={extend.error}
      disabled={period === undefined}
    >
      <div>{mayWiden ? t('retention:extend.text') : t('retention:extend.longerText')}</div>
      <PeriodFields draft={draft} onChange={setDraft} mayBeEver={policy.action === 'retain'} />
      {mayWiden && (
        <TextField
          lines={3}
          label={policy.scope === 'all' ? t('retention:extend.include') : t('retention:extend.add')}
          hint={t('retention:field.mailboxesHint')}
          value={text}
          onChange={setText}
        />
      )}
    </FormDialog>
  )
}
