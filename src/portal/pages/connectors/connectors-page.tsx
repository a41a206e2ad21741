import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'

export function ConnectorsPage() {
  const { t } = useTranslation('connectors')
  return <PageHeader title={t('connectors:title')} lead={t('connectors:lead')} />
}
