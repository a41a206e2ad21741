import { Button } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ConnectorTabs } from '../connectors/connector-tabs.tsx'
import { AddDestination } from './add-destination.tsx'
import { DestinationList } from './destination-list.tsx'
import { refreshMilliseconds } from './refresh.ts'

export function DestinationsPage() {
  const { t } = useTranslation('delivery')
  const navigate = useNavigate()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const destinations = useCall('listDestinations', undefined, {
    refetchInterval: ({ state }) => refreshMilliseconds(state.data ?? []),
  })
  const add = may('createDestination') && (
    <Button appearance="primary" onClick={() => setAdding(true)}>
      {t('delivery:add.action')}
    </Button>
  )
  return (
    <>
      <PageHeader title={t('delivery:title')} lead={t('delivery:lead')} actions={add} />
      <ConnectorTabs />
      <Loaded call={destinations}>{(rows) => <DestinationList rows={rows} />}</Loaded>
      {adding && (
        <AddDestination
          onClose={() => setAdding(false)}
          onAdded={({ id }) =>
            void navigate({ to: '/connectors/destinations/$id', params: { id: String(id) } })
          }
        />
      )}
    </>
  )
}
