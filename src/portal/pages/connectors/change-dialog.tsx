import { Switch } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../api/client.ts'
import { callKey, useChange } from '../../api/calls.ts'
import { type Answer, call } from '../../api/client.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'
import { ChangedMeanwhile } from './changed-meanwhile.tsx'
import type { Connector } from './labels.ts'
import { MailboxField } from './mailbox-field.tsx'
import { ScheduleField } from './schedule-field.tsx'

interface Fields {
  readonly name: string
  readonly siteUrl: string
  readonly username: string
  readonly automaticMapping: boolean
  readonly catchAll: string
  readonly schedule: Connector['schedule']
  readonly runOnArrival: boolean
}

const fieldsOf = ({ catchAll, ...connector }: Connector): Fields => {
  const { name, siteUrl, username, automaticMapping, schedule, runOnArrival } = connector
  return { name, siteUrl, username, automaticMapping, schedule, runOnArrival, catchAll: catchAll ?? '' }
}

/**
 * Saved on the version one opened, and only what one changed: who comes later is told, and what he typed stays until
 * he decides.
 */
export function ChangeDialog({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const { t } = useTranslation('connectors')
  const form = useConnectorForm(connector, onClose)
  const { fields, set, change } = form
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('connectors:act.edit')}
      submit={t('connectors:change.save')}
      onSubmit={form.save}
      pending={change.isPending}
      disabled={fields.name.trim() === '' || fields.siteUrl === '' || fields.username === ''}
      error={form.conflict ? null : change.error}
    >
      {form.conflict && (
        <ChangedMeanwhile
          error={change.error}
          onKeep={() => void form.reload('keep')}
          onTakeOver={() => void form.reload('take-over')}
        />
      )}
      <SiteFields form={form} />
      <Switch
        label={t('connectors:mapping.automatic')}
        checked={fields.automaticMapping}
        onChange={(_, data) => set({ automaticMapping: data.checked })}
      />
      <MailboxField
        label={t('connectors:mapping.catchAll')}
        hint={t('connectors:mapping.catchAllHint')}
        value={fields.catchAll}
        onChange={(catchAll) => set({ catchAll })}
      />
      <ScheduleField value={fields.schedule} onChange={(schedule) => set({ schedule })} />
      <Switch
        label={t('connectors:schedule.onArrival')}
        checked={fields.runOnArrival}
        onChange={(_, data) => set({ runOnArrival: data.checked })}
      />
    </FormDialog>
  )
}

/** How it is called and where its site is. */
function SiteFields({ form }: { form: ReturnType<typeof useConnectorForm> }) {
  const { t } = useTranslation('connectors')
  const { fields, set } = form
  return (
    <>
      <TextField
        label={t('connectors:signIn.name')}
        value={fields.name}
        onChange={(name) => set({ name })}
        maxLength={100}
        required
      />
      <TextField
        label={t('connectors:signIn.site')}
        hint={t('connectors:change.siteHint')}
        value={fields.siteUrl}
        onChange={(siteUrl) => set({ siteUrl })}
        required
      />
      <TextField
        label={t('connectors:signIn.username')}
        value={fields.username}
        onChange={(username) => set({ username })}
        autoComplete="off"
        required
      />
      <TextField
        label={t('connectors:signIn.password')}
        hint={t('connectors:signIn.passwordKept')}
        type="password"
        value={form.password}
        onChange={form.setPassword}
        autoComplete="off"
      />
    </>
  )
}

function useConnectorForm(connector: Connector, onClose: () => void) {
  const { t } = useTranslation('general')
  const queries = useQueryClient()
  const notify = useNotify()
  // What it said when one began, or last took over: progress of a run that draws the page anew changes nothing here.
  const [base, setBase] = useState(connector)
  const [typed, setTyped] = useState<Partial<Fields>>({})
  const [password, setPassword] = useState('')
  const change = useChange('changeConnector', {
    stale: ['readConnector', 'listConnectors', 'previewConnectorMapping'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  const fields = { ...fieldsOf(base), ...typed }
  const { catchAll, ...others } = typed
  const body = {
    version: base.version,
    ...others,
    ...(catchAll === undefined ? {} : { catchAll: catchAll.trim() || null }),
    ...(password === '' ? {} : { password }),
  }
  const reload = async (way: 'keep' | 'take-over') => {
    const params = { id: connector.id }
    const now: Answer<'readConnector'> = await call('readConnector', { params })
    queries.setQueryData(callKey('readConnector', { params }), now)
    setBase(now)
    if (way === 'take-over') setTyped({})
    change.reset()
  }
  return {
    ...{ fields, change, password, setPassword, reload },
    set: (part: Partial<Fields>) => setTyped((before) => ({ ...before, ...part })),
    save: () => change.mutate({ params: { id: connector.id }, body }),
    conflict: change.error instanceof RequestRefused && change.error.code === 'changed-meanwhile',
  }
}
