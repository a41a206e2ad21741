import { Button, Checkbox } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog, FormDialog } from '../../components/dialogs.tsx'
import { ChoiceField, Section } from '../../components/form.tsx'
import { PageLink } from '../../components/page-link.tsx'
import type { Destination } from './labels.ts'

type Attached = Destination['connectors'][number]

/** The connectors whose items are delivered here. */
export function DestinationConnectors({ destination }: { destination: Destination }) {
  const { t } = useTranslation(['delivery', 'general'])
  const may = useMay()
  const [attaching, setAttaching] = useState(false)
  const [detaching, setDetaching] = useState<Attached | null>(null)
  const acts = {
    key: 'acts',
    title: t('general:actions'),
    render: (row: Attached) => (
      <Button
        size="small"
        aria-label={t('delivery:connectors.detachOne', { name: row.name })}
        onClick={() => setDetaching(row)}
      >
        {t('delivery:connectors.detach')}
      </Button>
    ),
  }
  return (
    <Section title={t('delivery:connectors.title')} text={t('delivery:connectors.text')}>
      <DataTable
        caption={t('delivery:connectors.title')}
        rows={destination.connectors}
        rowKey={({ id }) => id}
        empty={<span>{t('delivery:connectors.none')}</span>}
        columns={[
          {
            key: 'name',
            title: t('delivery:column.name'),
            render: ({ id, name }) => (
              <PageLink to={`/connectors/${id}`}>
                <bdi>{name}</bdi>
              </PageLink>
            ),
          },
          ...(may('detachConnector') ? [acts] : []),
        ]}
      />
      {may('attachConnector') && (
        <div>
          <Button onClick={() => setAttaching(true)}>{t('delivery:connectors.attach')}</Button>
        </div>
      )}
      {attaching && <AttachDialog destination={destination} onClose={() => setAttaching(false)} />}
      {detaching && (
        <DetachDialog destination={destination} connector={detaching} onClose={() => setDetaching(null)} />
      )}
    </Section>
  )
}

const stale = ['readDestination', 'listDestinations', 'listDeliveryExceptions'] as const

function AttachDialog({ destination, onClose }: { destination: Destination; onClose: () => void }) {
  const { t } = useTranslation('delivery')
  const connectors = useCall('listConnectors', undefined)
  const [chosen, setChosen] = useState('')
  const [history, setHistory] = useState(true)
  const attach = useChange('attachConnector', { stale, onSuccess: onClose })
  const attached = new Set(destination.connectors.map(({ id }) => id))
  const others = (connectors.data ?? []).filter(({ id }) => !attached.has(id))
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('delivery:connectors.attach')}
      submit={t('delivery:connectors.attachSubmit')}
      onSubmit={() =>
        attach.mutate({ params: { id: destination.id, connector: Number(chosen) }, body: { history } })
      }
      pending={attach.isPending}
      disabled={chosen === ''}
      error={attach.error ?? connectors.error}
    >
      <ChoiceField
        label={t('delivery:connectors.choose')}
        value={chosen}
        onChange={setChosen}
        choices={[
          { value: '', label: t('delivery:connectors.chooseNone') },
          ...others.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        required
      />
      <Checkbox
        label={t('delivery:connectors.history')}
        checked={history}
        onChange={(_, data) => setHistory(data.checked === true)}
      />
    </FormDialog>
  )
}

function DetachDialog(props: { destination: Destination; connector: Attached; onClose: () => void }) {
  const { destination, connector, onClose } = props
  const { t } = useTranslation('delivery')
  const detach = useChange('detachConnector', { stale, onSuccess: onClose })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('delivery:connectors.detachTitle', { name: connector.name })}
      confirm={t('delivery:connectors.detach')}
      onConfirm={() => detach.mutate({ params: { id: destination.id, connector: connector.id } })}
      pending={detach.isPending}
      error={detach.error}
    >
      {t('delivery:connectors.detachText')}
    </ConfirmDialog>
  )
}
