import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'

export function SitePage() {
  const { t } = useTranslation('site')
  return <PageHeader title={t('site:title')} lead={t('site:lead')} />
}
