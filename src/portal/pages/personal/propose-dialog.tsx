import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { ChoiceField, TextField } from '../../components/form.tsx'
import type { PersonalMessage, Proposed } from './labels.ts'

const reasonLengthMin = 3

/** One person says what is to become of a hidden message; another one decides. */
export function ProposeDialog({ message, onClose }: { message: PersonalMessage; onClose: () => void }) {
  const { t } = useTranslation('personal')
  const [to, setTo] = useState<Proposed>('release')
  const [reason, setReason] = useState('')
  const propose = useChange('proposePersonal', { stale: ['listPersonal'], onSuccess: onClose })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('personal:propose.title')}
      submit={t('personal:propose.action')}
      onSubmit={() => propose.mutate({ params: { message: message.message }, body: { to, reason } })}
      pending={propose.isPending}
      error={propose.error}
      disabled={reason.trim().length < reasonLengthMin}
    >
      <span>{t('personal:propose.text')}</span>
      <ChoiceField
        label={t('personal:column.proposal')}
        value={to}
        onChange={setTo}
        choices={[
          { value: 'release', label: t('personal:proposed.release') },
          { value: 'delete', label: t('personal:proposed.delete') },
        ]}
      />
      <TextField
        required
        lines={3}
        maxLength={1_000}
        label={t('personal:column.reason')}
        value={reason}
        onChange={setReason}
      />
    </FormDialog>
  )
}
