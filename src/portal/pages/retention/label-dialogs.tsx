import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { linesOf } from '../../components/lines.ts'
import { Notice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import type { Label } from './words.ts'

interface DialogProps {
  readonly label: Label
  readonly onClose: () => void
}

/** By hand, all that a search finds. */
export function LabelFoundDialog({ label, onClose }: DialogProps) {
  const { t } = useTranslation('retention')
  const notify = useNotify()
  const [query, setQuery] = useState('')
  const give = useChange('labelFoundItems', {
    stale: ['listRetentionLabels'],
    onSuccess: ({ labelled }) => {
      notify({ title: t('retention:labels.applied', { count: labelled }) })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={`${t('retention:give.found')}: ${label.name}`}
      submit={t('retention:give.label')}
      onSubmit={() => give.mutate({ params: { id: label.id }, body: { query: query.trim() } })}
      pending={give.isPending}
      error={give.error}
      disabled={query.trim() === ''}
    >
      <div>{t('retention:give.foundText')}</div>
      {label.record === 'regulatory' && (
        <Notice intent="warning">{t('retention:record.regulatoryText')}</Notice>
      )}
      <TextField
        required
        lines={2}
        maxLength={16_000}
        label={t('retention:give.query')}
        hint={t('retention:give.queryHint')}
        value={query}
        onChange={setQuery}
      />
    </FormDialog>
  )
}

/** What the label waits for happened, such as the end of a contract. */
export function EventDialog({ label, onClose }: DialogProps) {
  const { t } = useTranslation('retention')
  const notify = useNotify()
  const [query, setQuery] = useState('')
  const [day, setDay] = useState('')
  const note = useChange('noteLabelEvent', {
    stale: ['listRetentionLabels'],
    onSuccess: ({ noted }) => {
      notify({ title: t('retention:give.noted', { count: noted }) })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={`${t('retention:give.event')}: ${label.name}`}
      submit={t('retention:give.event')}
      onSubmit={() =>
        note.mutate({
          params: { id: label.id },
          body: { query: query.trim(), at: `${day}T00:00:00.000Z` },
        })
      }
      pending={note.isPending}
      error={note.error}
      disabled={query.trim() === '' || day === ''}
    >
      <div>{t('retention:give.eventText')}</div>
      <TextField
        required
        type="date"
        label={t('retention:give.day')}
        hint={t('retention:give.dayHint')}
        value={day}
        onChange={setDay}
      />
      <TextField
        required
        lines={2}
        maxLength={16_000}
        label={t('retention:give.query')}
        hint={t('retention:give.queryHint')}
        value={query}
        onChange={setQuery}
      />
    </FormDialog>
  )
}

/** What items of mailboxes have that have no label of their own: the list as it is to be. */
export function DefaultDialog({ label, onClose }: DialogProps) {
  const { t } = useTranslation(['retention', 'general'])
  const notify = useNotify()
  const [text, setText] = useState(label.defaultOf.join('\n'))
  const set = useChange('setDefaultLabel', { stale: ['listRetentionLabels'] })
  const before = label.defaultOf.map((address) => address.toLowerCase())
  const mailboxes = linesOf(text.toLowerCase())
  const added = mailboxes.filter((address) => !before.includes(address))
  const removed = before.filter((address) => !mailboxes.includes(address))
  const save = async () => {
    if (added.length > 0) await set.mutateAsync({ body: { mailboxes: added, label: label.id } })
    if (removed.length > 0) await set.mutateAsync({ body: { mailboxes: removed, label: null } })
    notify({ title: t('general:saved') })
    onClose()
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={`${t('retention:give.default')}: ${label.name}`}
      submit={t('general:action.save')}
      // What is refused is told by `error`.
      onSubmit={() => void save().catch(() => {})}
      pending={set.isPending}
      error={set.error}
      disabled={added.length + removed.length === 0}
    >
      <div>{t('retention:give.defaultText')}</div>
      <TextField
        lines={4}
        label={t('retention:field.mailboxes')}
        hint={t('retention:field.mailboxesHint')}
        value={text}
        onChange={setText}
      />
    </FormDialog>
  )
}
