import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { type Answer, call } from '../../api/client.ts'
import { makePasskey, passkeysWork } from '../../api/passkeys.ts'
import { DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog, FormDialog } from '../../components/dialogs.tsx'
import { Section, TextField } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { Time } from '../../components/time.tsx'

type Passkey = Answer<'listPasskeys'>[number]

export function Passkeys() {
  const { t } = useTranslation(['account', 'general'])
  const passkeys = useCall('listPasskeys', undefined)
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Passkey | null>(null)
  const remove = useChange('removePasskey', {
    stale: ['listPasskeys', 'readSession'],
    onSuccess: () => setRemoving(null),
  })
  return (
    <Section title={t('account:passkeys.title')} text={t('account:passkeys.text')}>
      <Loaded call={passkeys}>
        {(rows) => (
          <DataTable
            caption={t('account:passkeys.title')}
            rows={rows}
            rowKey={({ id }) => id}
            empty={<span>{t('account:passkeys.none')}</span>}
            columns={[
              { key: 'name', title: t('account:passkeys.name'), render: ({ name }) => name },
              { key: 'created', title: t('account:created'), render: (row) => <Time of={row.createdAt} /> },
              { key: 'used', title: t('account:lastUsed'), render: (row) => <Time of={row.lastUsedAt} /> },
              {
                key: 'remove',
                title: t('general:actions'),
                render: (row) => (
                  <Button size="small" onClick={() => setRemoving(row)}>
                    {t('general:action.remove')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {passkeysWork() && (
        <div>
          <Button onClick={() => setAdding(true)}>{t('account:passkeys.add')}</Button>
        </div>
      )}
      {adding && <AddPasskey onClose={() => setAdding(false)} />}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('account:passkeys.removeTitle', { name: removing?.name })}
        confirm={t('general:action.remove')}
        onConfirm={() => removing && remove.mutate({ params: { id: removing.id } })}
        pending={remove.isPending}
        error={remove.error}
      >
        {t('account:passkeys.removeText')}
      </ConfirmDialog>
    </Section>
  )
}

function AddPasskey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('account')
  const notify = useNotify()
  const [name, setName] = useState('')
  const [error, setError] = useState<unknown>(null)
  const add = useChange('addPasskey', {
    stale: ['listPasskeys', 'readSession'],
    onSuccess: () => {
      onClose()
      notify({ title: t('account:passkeys.added') })
    },
  })
  const make = async () => {
    setError(null)
    try {
      const { step, options } = await call('beginPasskey')
      const credential = await makePasskey(options)
      if (credential) add.mutate({ body: { step, name, credential } })
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('account:passkeys.add')}
      submit={t('account:passkeys.make')}
      onSubmit={() => void make()}
      pending={add.isPending}
      disabled={name.trim() === ''}
      error={error ?? add.error}
    >
      <TextField
        label={t('account:passkeys.name')}
        hint={t('account:passkeys.nameHint')}
        value={name}
        onChange={setName}
        maxLength={100}
        autoFocus
        required
      />
    </FormDialog>
  )
}
