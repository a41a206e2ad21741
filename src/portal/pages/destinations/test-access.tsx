import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { MailboxField } from '../connectors/mailbox-field.tsx'
import { AccessChecks } from './access-checks.tsx'
import type { Destination } from './labels.ts'

/** Tries a destination as it is kept, and one mailbox of it if asked to. Nothing is delivered by it. */
export function TestAccess({ destination, onClose }: { destination: Destination; onClose: () => void }) {
  const { t } = useTranslation('delivery')
  const [mailbox, setMailbox] = useState('')
  const test = useChange('testDestination')
  const body = mailbox.trim() === '' ? {} : { mailbox: mailbox.trim() }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('delivery:test.title', { name: destination.name })}
      submit={t('delivery:test.action')}
      onSubmit={() => test.mutate({ params: { id: destination.id }, body })}
      pending={test.isPending}
      error={test.error}
    >
      <span>{t('delivery:test.text')}</span>
      {destination.kind !== 'smtp-journal' && (
        <MailboxField
          label={t('delivery:test.mailbox')}
          hint={t('delivery:test.mailboxHint')}
          value={mailbox}
          onChange={setMailbox}
        />
      )}
      {test.data && <AccessChecks checks={test.data.checks} />}
    </FormDialog>
  )
}
