import { Button } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ConnectorList } from './connector-list.tsx'
import { ConnectorTabs } from './connector-tabs.tsx'
import { DraftList } from './draft-list.tsx'
import { useRunProgress } from './follow-runs.ts'

export function ConnectorsPage() {
  const { t } = useTranslation('connectors')
  const may = useMay()
  const connectors = useCall('listConnectors', undefined)
  useRunProgress()
  return (
    <>
      <PageHeader
        title={t('connectors:title')}
        lead={t('connectors:lead')}
        actions={may('createDraft') && <AddConnector />}
      />
      <ConnectorTabs />
      {may('listDrafts') && <DraftList />}
      <Loaded call={connectors}>{(rows) => <ConnectorList rows={rows} add={<AddConnector />} />}</Loaded>
    </>
  )
}

function AddConnector() {
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  const may = useMay()
  if (!may('createDraft')) return null
  return (
    <Button appearance="primary" onClick={() => void navigate({ to: '/connectors/catalogue' })}>
      {t('connectors:addConnector')}
    </Button>
  )
}
