import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'

export function HomePage() {
  const { t } = useTranslation('home')
  return <PageHeader title={t('home:title')} lead={t('home:lead')} />
}
