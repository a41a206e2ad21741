import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { SearchFacts } from '../../../api/endpoints/searches.ts'
import { useCall } from '../../api/calls.ts'
import { Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Found } from './found.tsx'
import { QuestionForm } from './question-form.tsx'
import { SearchActs } from './search-acts.tsx'

export function OneSearchPage() {
  const { id } = useParams({ from: '/signed-in/search/$id' })
  const search = useCall('readSearch', { params: { id } })
  return <Loaded call={search}>{(facts) => <OneSearch key={facts.id} search={facts} />}</Loaded>
}

function OneSearch({ search }: { search: SearchFacts }) {
  // Also the words that parts of the page need later: the page would vanish for a moment to load them.
  const { t } = useTranslation(['search', 'items'])
  return (
    <>
      <PageHeader
        title={search.name ?? t('search:results.title')}
        crumbs={[{ label: t('search:title'), to: '/search' }]}
        actions={<SearchActs search={search} />}
      />
      <QuestionForm asked={search} />
      <Found search={search} />
    </>
  )
}
