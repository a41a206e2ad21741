import { Switch } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'

export type Mailbox = Answer<'readMailbox'>

/** Adds a mailbox to the directory, or changes one; its address stays. */
export function MailboxDialog({ mailbox, onClose }: { mailbox: Mailbox | null; onClose: () => void }) {
  const { t } = useTranslation(['mailboxes', 'general'])
  const [address, setAddress] = useState(mailbox?.address ?? '')
  const [name, setName] = useState(mailbox?.name ?? '')
  const [mobile, setMobile] = useState(mailbox?.mobile ?? '')
  const [department, setDepartment] = useState(mailbox?.department ?? '')
  const [active, setActive] = useState(mailbox?.active ?? true)
  const options = { stale: ['listMailboxes', 'readMailbox'], onSuccess: onClose } as const
  const create = useChange('createMailbox', options)
  const change = useChange('changeMailbox', options)
  const body = { name, mobile: mobile.trim() || null, department: department.trim() || null }
  const send = () => {
    if (mailbox === null) create.mutate({ body: { ...body, address } })
    else change.mutate({ params: { id: mailbox.id }, body: { ...body, active } })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={mailbox === null ? t('mailboxes:add') : t('mailboxes:editOne', { name: mailbox.name })}
      submit={t('general:action.save')}
      onSubmit={send}
      pending={create.isPending || change.isPending}
      disabled={name.trim() === '' || address.trim() === ''}
      error={create.error ?? change.error}
    >
      <TextField
        label={t('mailboxes:address')}
        type="email"
        value={address}
        onChange={setAddress}
        readOnly={mailbox !== null}
        maxLength={254}
        required
      />
      <TextField label={t('mailboxes:name')} value={name} onChange={setName} maxLength={200} required />
      <TextField
        label={t('mailboxes:mobile')}
        hint={t('mailboxes:mobileHint')}
        value={mobile}
        onChange={setMobile}
        maxLength={40}
      />
      <TextField
        label={t('mailboxes:department')}
        value={department}
        onChange={setDepartment}
        maxLength={200}
      />
      {mailbox && (
        <Switch
          label={t('mailboxes:takesNew')}
          checked={active}
          onChange={(_, data) => setActive(data.checked)}
        />
      )}
    </FormDialog>
  )
}
