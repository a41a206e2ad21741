import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'

export function SettingsPage() {
  const { t } = useTranslation('settings')
  return <PageHeader title={t('settings:title')} lead={t('settings:lead')} />
}
