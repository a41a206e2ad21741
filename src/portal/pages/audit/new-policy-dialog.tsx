import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AuditKeepMonths, type AuditOperation, auditKeepMonths } from '../../../domain/audit.ts'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { Buttons, ChoiceField, TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ChooseOperations } from './choose-operations.tsx'
import { operationLabels } from './labels.ts'

/** `9 months`, `6 years`. */
export function useKeepText(): (months: number) => string {
  const { t } = useTranslation('audit')
  return (months) =>
    months < 12
      ? t('audit:retention.months', { count: months })
      : t('audit:retention.years', { count: months / 12 })
}

const priorityForm = /^[1-9]\d{0,3}$|^10000$/

export function NewPolicyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['audit', 'general'])
  const notify = useNotify()
  const format = useFormat()
  const keepText = useKeepText()
  const [name, setName] = useState('')
  const [priority, setPriority] = useState('100')
  const [keep, setKeep] = useState<`${AuditKeepMonths}`>('84')
  const [actors, setActors] = useState('')
  const [operations, setOperations] = useState<readonly AuditOperation[]>([])
  const [choosing, setChoosing] = useState(false)
  const create = useChange('createAuditPolicy', {
    stale: ['listAuditPolicies'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  const people = actors.split(/[\s,;]+/).filter((one) => one !== '')
  const save = () =>
    create.mutate({
      body: {
        name: name.trim(),
        priority: Number(priority),
        keepMonths: Number(keep) as AuditKeepMonths,
        actors: people.length === 0 ? null : people,
        operations: operations.length === 0 ? null : [...operations],
      },
    })
  if (choosing)
    return (
      <ChooseOperations
        chosen={operations}
        onChoose={(chosen) => {
          setOperations(chosen)
          setChoosing(false)
        }}
        onClose={() => setChoosing(false)}
      />
    )
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('audit:retention.add')}
      submit={t('general:action.save')}
      onSubmit={save}
      pending={create.isPending}
      error={create.error}
      disabled={name.trim() === '' || !priorityForm.test(priority)}
    >
      <TextField label={t('audit:retention.name')} required maxLength={100} value={name} onChange={setName} />
      <ChoiceField
        label={t('audit:retention.keep')}
        hint={t('audit:retention.keepHint')}
        value={keep}
        onChange={setKeep}
        choices={auditKeepMonths.map((months) => ({ value: `${months}` as const, label: keepText(months) }))}
      />
      <TextField
        type="number"
        label={t('audit:retention.priority')}
        hint={t('audit:retention.priorityHint')}
        value={priority}
        onChange={setPriority}
      />
      <TextField
        label={t('audit:retention.actors')}
        hint={t('audit:retention.actorsHint')}
        maxLength={2_000}
        value={actors}
        onChange={setActors}
      />
      <div>
        {t('audit:retention.operations')}:{' '}
        {operations.length === 0
          ? t('audit:retention.everything')
          : format.list(operations.map((one) => t(operationLabels[one])))}
      </div>
      <Buttons>
        <Button onClick={() => setChoosing(true)}>{t('audit:filter.choose')}</Button>
      </Buttons>
    </FormDialog>
  )
}
