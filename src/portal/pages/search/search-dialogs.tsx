import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SearchFacts } from '../../../api/endpoints/searches.ts'
import { useChange } from '../../api/calls.ts'
import { ConfirmDialog, FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'

/** Saves a search under a name, or gives a saved one another. */
export function NameDialog({ search, onClose }: { search: SearchFacts; onClose: () => void }) {
  const { t } = useTranslation(['search', 'general'])
  const notify = useNotify()
  const [name, setName] = useState(search.name ?? '')
  const change = useChange('changeSearch', {
    stale: ['listSearches', 'readSearch'],
    onSuccess: () => {
      onClose()
      notify({ title: t('general:saved') })
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={search.name === null ? t('search:own.saveTitle') : t('search:own.renameTitle')}
      submit={t('general:action.save')}
      onSubmit={() => change.mutate({ params: { id: search.id }, body: { name: name.trim() } })}
      pending={change.isPending}
      disabled={name.trim() === ''}
      error={change.error}
    >
      <TextField
        label={t('search:own.name')}
        hint={t('search:own.nameHint')}
        value={name}
        onChange={setName}
        maxLength={100}
        autoFocus
        required
      />
    </FormDialog>
  )
}

export function DeleteDialog(props: { search: SearchFacts; onClose: () => void; onDeleted?: () => void }) {
  const { search, onClose, onDeleted } = props
  const { t } = useTranslation('search')
  const remove = useChange('deleteSearch', {
    stale: ['listSearches'],
    // After the list is read again: the focus then knows whether its row is still there.
    onSettled: (_, error) => {
      if (error) return
      onClose()
      onDeleted?.()
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('search:own.deleteTitle')}
      confirm={t('search:own.delete')}
      onConfirm={() => remove.mutate({ params: { id: search.id } })}
      pending={remove.isPending}
      error={remove.error}
    >
      {t('search:own.deleteText')}
    </ConfirmDialog>
  )
}
