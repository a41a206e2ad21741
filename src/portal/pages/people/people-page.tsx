import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'

export function PeoplePage() {
  const { t } = useTranslation('people')
  return <PageHeader title={t('people:title')} lead={t('people:lead')} />
}
