import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'
import type { Connector } from './labels.ts'
import { MailboxField } from './mailbox-field.tsx'

/** One number to one mailbox, beside what the file maps. */
export function MapParticipantDialog(props: {
  connector: Connector
  /** Known already; empty to be typed. */
  number: string
  onClose: () => void
}) {
  const { connector, number, onClose } = props
  const { t } = useTranslation('connectors')
  const notify = useNotify()
  const [externalUserId, setExternalUserId] = useState(number)
  const [mailbox, setMailbox] = useState('')
  const map = useChange('mapParticipant', {
    stale: ['readConnector', 'listConnectors', 'previewConnectorMapping'],
    onSuccess: ({ openExceptions }) => {
      notify({
        title: t('connectors:mapOne.done'),
        ...(openExceptions > 0 ? { body: t('connectors:mapping.thenReprocess') } : {}),
      })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('connectors:mapOne.title')}
      submit={t('connectors:mapOne.submit')}
      onSubmit={() => map.mutate({ params: { id: connector.id }, body: { externalUserId, mailbox } })}
      pending={map.isPending}
      disabled={externalUserId.trim() === '' || mailbox.trim().length < 3}
      error={map.error}
    >
      <span>{t('connectors:mapOne.text')}</span>
      <TextField
        label={t('connectors:mapOne.number')}
        hint={t('connectors:mapOne.numberHint')}
        value={externalUserId}
        onChange={setExternalUserId}
        maxLength={50}
        required
      />
      <MailboxField
        label={t('connectors:report.mailbox')}
        hint={t('connectors:mapOne.mailboxHint')}
        value={mailbox}
        onChange={setMailbox}
        required
      />
    </FormDialog>
  )
}
