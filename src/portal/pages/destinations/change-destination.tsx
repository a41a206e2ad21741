import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../api/client.ts'
import { callKey, useChange } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { useNotify } from '../../components/notify.tsx'
import { ChangedMeanwhile } from '../connectors/changed-meanwhile.tsx'
import { DestinationFields } from './destination-fields.tsx'
import { type Fields, fieldsOf, isFilled, secretOf, settingsOf } from './destination-form.ts'
import type { Destination } from './labels.ts'

/** Saved on the version one opened: who comes later is told, and what he typed stays until he decides. */
export function ChangeDestination(props: { destination: Destination; onClose: () => void }) {
  const { destination, onClose } = props
  const { t } = useTranslation('delivery')
  const form = useDestinationChange(destination, onClose)
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('delivery:change.title', { name: destination.name })}
      submit={t('delivery:change.save')}
      onSubmit={form.save}
      pending={form.change.isPending}
      disabled={!isFilled(form.fields, form.base)}
      error={form.conflict ? null : form.change.error}
    >
      {form.conflict && (
        <ChangedMeanwhile
          error={form.change.error}
          onKeep={() => void form.reload('keep')}
          onTakeOver={() => void form.reload('take-over')}
        />
      )}
      <DestinationFields fields={form.fields} onChange={form.setFields} kept={form.base} />
    </FormDialog>
  )
}

function useDestinationChange(destination: Destination, onClose: () => void) {
  const { t } = useTranslation('general')
  const queries = useQueryClient()
  const notify = useNotify()
  // What it said when one began, or last took over: counts that move meanwhile change nothing here.
  const [base, setBase] = useState(destination)
  const [fields, setFields] = useState<Fields>(() => fieldsOf(destination))
  const change = useChange('changeDestination', {
    stale: ['readDestination', 'listDestinations'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  const params = { id: destination.id }
  const save = () => {
    const secret = secretOf(fields)
    const settings = settingsOf(fields, base.settings)
    const body = { version: base.version, settings, ...(secret === null ? {} : { secret }) }
    change.mutate({ params, body })
  }
  const reload = async (way: 'keep' | 'take-over') => {
    const now = await call('readDestination', { params })
    queries.setQueryData(callKey('readDestination', { params }), now)
    setBase(now)
    if (way === 'take-over') setFields(fieldsOf(now))
    change.reset()
  }
  const conflict = change.error instanceof RequestRefused && change.error.code === 'changed-meanwhile'
  return { base, fields, setFields, change, save, reload, conflict }
}
