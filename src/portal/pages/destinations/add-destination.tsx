import { Button } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { callKey, useChange } from '../../api/calls.ts'
import { SidePanel } from '../../components/dialogs.tsx'
import { Buttons, Form } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { MailboxField } from '../connectors/mailbox-field.tsx'
import { AccessChecks, isWorking } from './access-checks.tsx'
import { DestinationFields } from './destination-fields.tsx'
import { emptyFields, type Fields, isFilled, secretOf, settingsOf } from './destination-form.ts'
import type { Destination } from './labels.ts'

/** A new destination beside the page it is for; it is tried before it is kept. */
export function AddDestination(props: { onClose: () => void; onAdded: (destination: Destination) => void }) {
  const { t } = useTranslation(['delivery', 'general'])
  const form = useNewDestination(props.onAdded)
  const { fields, mailbox, filled, pending, checks } = form
  return (
    <SidePanel open onClose={props.onClose} title={t('delivery:add.title')}>
      <Form onSubmit={() => void form.save()}>
        <DestinationFields fields={fields} onChange={form.setFields} kept={null} />
        {fields.kind !== 'smtp-journal' && (
          <MailboxField
            label={t('delivery:test.mailbox')}
            hint={t('delivery:test.mailboxHint')}
            value={mailbox}
            onChange={form.setMailbox}
          />
        )}
        {checks && <AccessChecks checks={checks} />}
        <ErrorNotice error={form.error} />
        <Buttons>
          <Button
            disabled={!filled}
            disabledFocusable={filled && pending}
            onClick={() => !pending && void form.test()}
          >
            {t('delivery:test.action')}
          </Button>
          <Button type="submit" appearance="primary" disabled={!filled} disabledFocusable={filled && pending}>
            {t('general:action.save')}
          </Button>
          {checks && !isWorking(checks) && (
            <Button disabledFocusable={pending} onClick={() => !pending && form.keep()}>
              {t('delivery:add.anyway')}
            </Button>
          )}
        </Buttons>
      </Form>
    </SidePanel>
  )
}

/** What is typed, what its trial said, and the way from one to the other: nothing is kept that was not tried. */
function useNewDestination(onAdded: (destination: Destination) => void) {
  const { t } = useTranslation('delivery')
  const queries = useQueryClient()
  const notify = useNotify()
  const [fields, setFields] = useState<Fields>(() => emptyFields('exchange-online'))
  const [mailbox, setMailbox] = useState('')
  const [tried, setTried] = useState('')
  const trial = useChange('tryDestination')
  const create = useChange('createDestination', {
    stale: ['listDestinations'],
    onSuccess: (destination) => {
      queries.setQueryData<Destination[]>(
        callKey('listDestinations'),
        (list) => list && [...list, destination],
      )
      notify({ title: t('delivery:add.done', { name: destination.name }) })
      onAdded(destination)
    },
  })
  const { kind } = fields
  const given = { kind, settings: settingsOf(fields), secret: secretOf(fields) ?? {} }
  const body = { ...given, ...(mailbox.trim() === '' ? {} : { mailbox: mailbox.trim() }) }
  // What was answered counts only for what is in the fields now.
  const current = tried === JSON.stringify(body)
  const test = async () => {
    create.reset()
    setTried(JSON.stringify(body))
    return trial.mutateAsync({ body }).catch(() => null)
  }
  const keep = () => create.mutate({ body: { ...given, name: fields.name.trim() } })
  const checks = current && trial.data ? trial.data.checks : null
  const save = async () => {
    if (!filled || pending) return
    const found = checks ?? (await test())?.checks
    if (found && isWorking(found)) keep()
  }
  const filled = isFilled(fields, null)
  const pending = trial.isPending || create.isPending || create.isSuccess
  const change = (next: Fields) => {
    create.reset()
    setFields(next.kind === kind ? next : { ...emptyFields(next.kind), name: next.name })
  }
  const error = create.error ?? (current ? trial.error : null)
  return { fields, setFields: change, mailbox, setMailbox, filled, pending, checks, error, test, keep, save }
}
