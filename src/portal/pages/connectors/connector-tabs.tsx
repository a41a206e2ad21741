import { useTranslation } from 'react-i18next'
import { PageTabs } from '../../components/page-tabs.tsx'

export function ConnectorTabs() {
  const { t } = useTranslation('connectors')
  return (
    <PageTabs
      label={t('connectors:title')}
      tabs={[
        { to: '/connectors', label: t('connectors:tab.connectors') },
        { to: '/connectors/catalogue', label: t('connectors:tab.catalogue') },
        { to: '/connectors/destinations', label: t('connectors:tab.destinations') },
      ]}
    />
  )
}
