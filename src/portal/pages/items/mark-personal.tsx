import { Button } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'
import type { Item } from './answers.ts'

const reasonLengthMin = 3
const shownAll = { folder: undefined, area: undefined }

/** Hides the message at once from everybody but those who decide about it; then there is nothing more to see here. */
export function MarkPersonal({ item }: { item: Item }) {
  const { t } = useTranslation('items')
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('items:personal.action')}</Button>
      {open && <PersonalDialog item={item} onClose={() => setOpen(false)} />}
    </>
  )
}

function PersonalDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const { t } = useTranslation('items')
  const notify = useNotify()
  const navigate = useNavigate()
  const [reason, setReason] = useState('')
  const flag = useChange('flagPersonal', {
    onSuccess: async () => {
      notify({ title: t('items:personal.done'), body: t('items:personal.doneText') })
      await navigate({ to: '/mailboxes/$id', params: { id: String(item.mailbox.id) }, search: shownAll })
    },
    stale: ['listItems', 'readTimeline', 'readMailbox', 'listPersonal', 'readResults'],
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('items:personal.title')}
      submit={t('items:personal.action')}
      onSubmit={() => flag.mutate({ params: { id: item.id }, body: { reason: reason.trim() } })}
      pending={flag.isPending}
      error={flag.error}
      disabled={reason.trim().length < reasonLengthMin}
    >
      <span>{t('items:personal.text')}</span>
      <span>{t('items:personal.next')}</span>
      <TextField
        label={t('items:personal.reason')}
        hint={t('items:personal.reasonHint')}
        value={reason}
        onChange={setReason}
        lines={3}
        maxLength={1_000}
        required
      />
    </FormDialog>
  )
}
