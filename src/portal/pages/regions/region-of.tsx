import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { regionForm } from '../../../api/endpoints/regions.ts'
import { useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'

interface RegionProps {
  readonly region: string
  /** A connector by its name, a mailbox by its address. */
  readonly of: { readonly connector: string } | { readonly mailbox: string }
}

/** The region of a connector or a mailbox; whoever may changes it here. */
export function RegionOf({ region, of }: RegionProps) {
  const { t } = useTranslation('regions')
  const may = useMay()
  const [open, setOpen] = useState(false)
  return (
    <>
      <code>{region}</code>{' '}
      {may('connector' in of ? 'setConnectorRegion' : 'setMailboxRegion') && (
        <Button size="small" onClick={() => setOpen(true)}>
          {t('regions:change.action')}
        </Button>
      )}
      {open && <RegionDialog region={region} of={of} onClose={() => setOpen(false)} />}
    </>
  )
}

function RegionDialog({ region, of, onClose }: RegionProps & { onClose: () => void }) {
  const { t } = useTranslation(['regions', 'general'])
  const notify = useNotify()
  const [name, setName] = useState(region)
  const onSuccess = () => {
    notify({ title: t('general:saved') })
    onClose()
  }
  const connector = useChange('setConnectorRegion', {
    stale: ['readConnector', 'listConnectors', 'readRegions'],
    onSuccess,
  })
  const mailbox = useChange('setMailboxRegion', {
    stale: ['readMailbox', 'listMailboxes', 'readRegions'],
    onSuccess,
  })
  const save = () => {
    if ('connector' in of) connector.mutate({ body: { connector: of.connector, region: name } })
    else mailbox.mutate({ body: { addresses: [of.mailbox], region: name } })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('regions:change.title')}
      submit={t('general:action.save')}
      onSubmit={save}
      pending={connector.isPending || mailbox.isPending}
      error={connector.error ?? mailbox.error}
      disabled={!regionForm.test(name)}
    >
      <span>{'connector' in of ? t('regions:change.ofConnector') : t('regions:change.ofMailbox')}</span>
      <TextField
        label={t('regions:region')}
        hint={t('regions:regionHint')}
        value={name}
        onChange={setName}
        maxLength={40}
        required
      />
    </FormDialog>
  )
}
