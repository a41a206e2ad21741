import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { PageTabs } from '../../components/page-tabs.tsx'

export function ConnectorTabs() {
  const { t } = useTranslation('connectors')
  const may = useMay()
  return (
    <PageTabs
      label={t('connectors:title')}
      tabs={[
        { to: '/connectors', label: t('connectors:tab.connectors') },
        { to: '/connectors/catalogue', label: t('connectors:tab.catalogue') },
        { to: '/connectors/destinations', label: t('connectors:tab.destinations') },
        ...(may('readRegions') ? [{ to: '/connectors/regions', label: t('connectors:tab.regions') }] : []),
      ]}
    />
  )
}
