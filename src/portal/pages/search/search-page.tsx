import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'
import { OwnSearches } from './own-searches.tsx'
import { QuestionForm } from './question-form.tsx'

export function SearchPage() {
  // Also the words that parts of the page need later: the page would vanish for a moment to load them.
  const { t } = useTranslation(['search', 'items'])
  return (
    <>
      <PageHeader title={t('search:title')} lead={t('search:lead')} />
      <QuestionForm asked={null} />
      <OwnSearches />
    </>
  )
}
