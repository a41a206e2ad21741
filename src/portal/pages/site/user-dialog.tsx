import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import type { RegisteredUser } from './labels.ts'

/** Registers a person, or corrects one. */
export function UserDialog(props: { accountId: number; user: RegisteredUser | null; onClose: () => void }) {
  const { accountId, user, onClose } = props
  const { t } = useTranslation(['site', 'general'])
  const [name, setName] = useState(user?.name ?? '')
  const [mobile, setMobile] = useState(user?.mobile ?? '')
  const [email, setEmail] = useState(user?.email ?? '')
  const [wecomUserid, setWecomUserid] = useState(user?.wecomUserid ?? '')
  const options = { stale: ['listRegisteredUsers', 'readAccount'], onSuccess: onClose } as const
  const add = useChange('addRegisteredUser', options)
  const change = useChange('changeRegisteredUser', options)
  const body = { name, mobile, email, wecomUserid: wecomUserid.trim() || null }
  const send = () => {
    if (user === null) add.mutate({ params: { id: accountId }, body })
    else change.mutate({ params: { id: accountId, user: user.id }, body })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={user === null ? t('site:users.add') : t('site:users.editOne', { name: user.name })}
      submit={t('general:action.save')}
      onSubmit={send}
      pending={add.isPending || change.isPending}
      disabled={name.trim() === '' || mobile.trim() === '' || email.trim() === ''}
      error={add.error ?? change.error}
    >
      <TextField
        label={t('site:user.name')}
        value={name}
        onChange={setName}
        maxLength={200}
        autoFocus
        required
      />
      <TextField
        label={t('site:user.mobile')}
        hint={t('site:user.mobileHint')}
        value={mobile}
        onChange={setMobile}
        maxLength={40}
        required
      />
      <TextField
        label={t('site:user.email')}
        hint={t('site:user.emailHint')}
        type="email"
        value={email}
        onChange={setEmail}
        maxLength={254}
        required
      />
      <TextField label={t('site:user.wecom')} value={wecomUserid} onChange={setWecomUserid} maxLength={64} />
    </FormDialog>
  )
}
