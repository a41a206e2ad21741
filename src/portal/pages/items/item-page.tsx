import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'

export function ItemPage() {
  const { t } = useTranslation('items')
  return <PageHeader title={t('items:title')} lead={t('items:lead')} />
}
