import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { regionForm } from '../../../api/endpoints/regions.ts'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'

/** Puts many mailboxes into a region at once: all of them, or none where one is not there. */
export function MailboxesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['regions', 'general'])
  const notify = useNotify()
  const [region, setRegion] = useState('')
  const [typed, setTyped] = useState('')
  const addresses = typed.split(/[\s,;]+/).filter(Boolean)
  const change = useChange('setMailboxRegion', {
    stale: ['readRegions', 'readMailbox', 'listMailboxes'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('regions:mailboxes.action')}
      submit={t('general:action.save')}
      onSubmit={() => change.mutate({ body: { addresses, region } })}
      pending={change.isPending}
      error={change.error}
      disabled={!regionForm.test(region) || addresses.length === 0}
    >
      <TextField
        label={t('regions:region')}
        hint={t('regions:regionHint')}
        value={region}
        onChange={setRegion}
        maxLength={40}
        required
      />
      <TextField
        label={t('regions:mailboxes.addresses')}
        hint={t('regions:mailboxes.hint')}
        value={typed}
        onChange={setTyped}
        lines={6}
        required
      />
    </FormDialog>
  )
}
