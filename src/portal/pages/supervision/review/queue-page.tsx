import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePages } from '../../../api/calls.ts'
import { EmptyState, ErrorNotice, Waiting } from '../../../components/notices.tsx'
import { QueueFilterForm } from './filter-form.tsx'
import { type QueueFilter, queueInput } from './queue-filter.ts'
import { QueueList } from './queue-list.tsx'
import { PolicyFrame } from './review-frame.tsx'

const route = getRouteApi('/signed-in/supervision/review/$id')

export function ReviewQueuePage() {
  const { t } = useTranslation('review')
  const { id } = route.useParams()
  const filter = route.useSearch()
  const navigate = useNavigate()
  const policyId = Number(id)
  const change = (wanted: QueueFilter) =>
    void navigate({ to: '/supervision/review/$id', params: { id }, search: wanted, replace: true })
  return (
    <PolicyFrame policyId={policyId} lead={t('review:queue.lead')}>
      <QueueFilterForm policyId={policyId} filter={filter} onChange={change} />
      <Alerts key={JSON.stringify(filter)} policyId={policyId} filter={filter} />
    </PolicyFrame>
  )
}

function Alerts({ policyId, filter }: { policyId: number; filter: QueueFilter }) {
  const { t } = useTranslation('review')
  const pages = usePages('readAlerts', queueInput(policyId, filter))
  const alerts = pages.data?.pages.flatMap(({ items }) => items) ?? []
  if (pages.isPending) return <Waiting />
  const isPlain = Object.keys(filter).length === 0
  return (
    <>
      <ErrorNotice error={pages.error} onRetry={() => void pages.refetch()} />
      {alerts.length > 0 && (
        <QueueList
          policyId={policyId}
          filter={filter}
          alerts={alerts}
          more={pages.hasNextPage}
          onEnd={() => {
            if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage()
          }}
        />
      )}
      {alerts.length === 0 && !pages.error && (
        <EmptyState title={isPlain ? t('review:queue.done') : t('review:queue.none')}>
          {isPlain ? t('review:queue.doneText') : t('review:queue.noneText')}
        </EmptyState>
      )}
    </>
  )
}
