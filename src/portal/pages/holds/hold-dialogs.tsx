import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { linesOf } from '../../components/lines.ts'
import { useNotify } from '../../components/notify.tsx'
import type { WholeHold } from './labels.ts'

interface DialogProps {
  readonly hold: WholeHold
  readonly onClose: () => void
}

export function AddMailboxes({ hold, onClose }: DialogProps) {
  const { t } = useTranslation(['holds', 'general'])
  const [text, setText] = useState('')
  const add = useChange('addHoldMailboxes', { stale: ['readHold', 'listHolds'], onSuccess: onClose })
  const mailboxes = linesOf(text)
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('holds:mailboxes.add')}
      submit={t('general:action.save')}
      onSubmit={() => add.mutate({ params: { id: hold.id }, body: { mailboxes } })}
      pending={add.isPending}
      error={add.error}
      disabled={mailboxes.length === 0}
    >
      <TextField
        required
        lines={4}
        label={t('holds:field.mailboxes')}
        hint={t('holds:field.mailboxesHint')}
        value={text}
        onChange={setText}
      />
    </FormDialog>
  )
}

export function GiveHold({ hold, onClose }: DialogProps) {
  const { t } = useTranslation(['holds', 'general'])
  const [username, setUsername] = useState('')
  const give = useChange('giveHold', { stale: ['readHold'], onSuccess: onClose })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('holds:readers.add')}
      submit={t('general:action.save')}
      onSubmit={() => give.mutate({ params: { id: hold.id }, body: { username: username.trim() } })}
      pending={give.isPending}
      error={give.error}
      disabled={username.trim() === ''}
    >
      <TextField required label={t('holds:readers.user')} value={username} onChange={setUsername} />
    </FormDialog>
  )
}

export function ReleaseHold({ hold, onClose }: DialogProps) {
  const { t } = useTranslation('holds')
  const notify = useNotify()
  const [reason, setReason] = useState('')
  const [only, setOnly] = useState('')
  const release = useChange('releaseHold', {
    stale: ['readHold', 'listHolds', 'listHoldRequests'],
    onSuccess: ({ state }) => {
      notify({ title: state === 'done' ? t('holds:release.done') : t('holds:waiting') })
      onClose()
    },
  })
  const addresses = linesOf(only)
  const mailboxes = addresses.length === 0 ? null : addresses
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('holds:release.title')}
      submit={t('holds:release.title')}
      onSubmit={() => release.mutate({ params: { id: hold.id }, body: { mailboxes, reason } })}
      pending={release.isPending}
      error={release.error}
      disabled={reason.trim().length < 3}
    >
      <div>{t('holds:release.text')}</div>
      <TextField required label={t('holds:reason')} maxLength={1_000} value={reason} onChange={setReason} />
      <TextField
        lines={2}
        label={t('holds:release.only')}
        hint={t('holds:release.onlyHint')}
        value={only}
        onChange={setOnly}
      />
    </FormDialog>
  )
}
