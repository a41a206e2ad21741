import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { ChoiceField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'
import type { Archives } from './archives.ts'

export function EnableDialog(props: {
  ids: readonly number[]
  policies: Archives['policies']
  onClose: (done: boolean) => void
}) {
  const { ids, policies, onClose } = props
  const { t } = useTranslation(['archives', 'general'])
  const notify = useNotify()
  const [policy, setPolicy] = useState(
    policies.find(({ builtIn }) => builtIn)?.name ?? policies[0]?.name ?? '',
  )
  const enable = useChange('enableArchives', {
    stale: ['readArchives'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose(true)
    },
  })
  return (
    <FormDialog
      open
      onClose={() => onClose(false)}
      title={t('archives:enable')}
      submit={t('archives:enable')}
      onSubmit={() => enable.mutate({ body: { mailboxes: [...ids], policy } })}
      pending={enable.isPending}
      error={enable.error}
      disabled={policy === ''}
    >
      <div>{t('archives:enableText', { count: ids.length })}</div>
      <ChoiceField
        label={t('archives:column.policy')}
        value={policy}
        onChange={setPolicy}
        choices={policies.map(({ name }) => ({ value: name, label: name }))}
      />
    </FormDialog>
  )
}
