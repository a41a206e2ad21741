import { Button, Switch } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import type { Connector } from './connector-page.tsx'
import { ScheduleField } from './schedule-field.tsx'

/** Saved on the version one opened: who comes later is told, and what he typed stays until he takes the new one over. */
export function ChangeDialog({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const { t } = useTranslation('connectors')
  const [version, setVersion] = useState(connector.version)
  const [name, setName] = useState(connector.name)
  const [siteUrl, setSiteUrl] = useState(connector.siteUrl)
  const [username, setUsername] = useState(connector.username)
  const [password, setPassword] = useState('')
  const [automaticMapping, setAutomaticMapping] = useState(connector.automaticMapping)
  const [catchAll, setCatchAll] = useState(connector.catchAll ?? '')
  const [schedule, setSchedule] = useState(connector.schedule)
  const change = useChange('changeConnector', {
    stale: ['readConnector', 'listConnectors'],
    onSuccess: onClose,
  })
  const changed = (change.error as { code?: string } | null)?.code === 'changed-meanwhile'
  const body = {
    ...{ version, name, siteUrl, username, automaticMapping, schedule },
    catchAll: catchAll.trim() || null,
    ...(password === '' ? {} : { password }),
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('connectors:act.edit')}
      submit={t('connectors:change.save')}
      onSubmit={() => change.mutate({ params: { id: connector.id }, body })}
      pending={change.isPending}
      disabled={name.trim() === '' || siteUrl === '' || username === ''}
      error={changed ? null : change.error}
    >
      {changed && (
        <Notice
          intent="warning"
          title={t('connectors:wizard.changedTitle')}
          actions={
            <Button
              onClick={() => {
                setVersion(connector.version)
                change.reset()
              }}
            >
              {t('connectors:change.overwrite')}
            </Button>
          }
        >
          {t('connectors:change.changedText')}
        </Notice>
      )}
      <TextField
        label={t('connectors:signIn.name')}
        value={name}
        onChange={setName}
        maxLength={100}
        required
      />
      <TextField label={t('connectors:signIn.site')} value={siteUrl} onChange={setSiteUrl} required />
      <TextField label={t('connectors:signIn.username')} value={username} onChange={setUsername} required />
      <TextField
        label={t('connectors:signIn.password')}
        hint={t('connectors:signIn.passwordKept')}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="off"
      />
      <Switch
        label={t('connectors:mapping.automatic')}
        checked={automaticMapping}
        onChange={(_, data) => setAutomaticMapping(data.checked)}
      />
      <TextField
        label={t('connectors:mapping.catchAll')}
        hint={t('connectors:mapping.catchAllHint')}
        type="email"
        value={catchAll}
        onChange={setCatchAll}
      />
      <ScheduleField value={schedule} onChange={setSchedule} />
    </FormDialog>
  )
}
