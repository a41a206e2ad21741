import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'
import { OwnSearches } from './own-searches.tsx'
import { QuestionForm } from './question-form.tsx'

export function SearchPage() {
  const { t } = useTranslation('search')
  return (
    <>
      <PageHeader title={t('search:title')} lead={t('search:lead')} />
      <QuestionForm asked={null} />
      <OwnSearches />
    </>
  )
}
