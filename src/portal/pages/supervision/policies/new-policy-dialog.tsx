import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../../api/calls.ts'
import { FormDialog } from '../../../components/dialogs.tsx'
import { ChoiceField, TextField } from '../../../components/form.tsx'
import { templateLabels } from './labels.ts'

/** A draft with a template's rules, opened in the editor. */
export function NewPolicyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['supervision', 'general'])
  const navigate = useNavigate()
  const templates = useCall('listSupervisionTemplates', undefined)
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState('off-channel')
  const save = useChange('saveSupervisionPolicy', {
    stale: ['listSupervisionPolicies'],
    onSuccess: ({ id }) => {
      onClose()
      void navigate({ to: `/supervision/policies/${id}` })
    },
  })
  const template = templates.data?.find((one) => one.name === chosen)
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('supervision:policies.add')}
      submit={t('general:action.save')}
      onSubmit={() =>
        template && save.mutate({ body: { document: { ...template.document, name: name.trim() } } })
      }
      pending={save.isPending}
      error={save.error ?? templates.error}
      disabled={name.trim() === '' || !template}
    >
      <TextField
        autoFocus
        required
        label={t('supervision:field.name')}
        hint={t('supervision:field.nameHint')}
        maxLength={200}
        value={name}
        onChange={setName}
      />
      <ChoiceField
        label={t('supervision:field.template')}
        hint={t('supervision:field.templateHint')}
        value={chosen}
        onChange={setChosen}
        choices={(templates.data ?? []).map((one) => {
          const label = templateLabels[one.name]
          return { value: one.name, label: label === undefined ? one.name : t(label) }
        })}
      />
    </FormDialog>
  )
}
