import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../../api/session.ts'
import { PageHeader } from '../../../components/page-header.tsx'
import { PageTabs } from '../../../components/page-tabs.tsx'
import { usePolicyName } from './use-review.ts'

/** Heading and tabs of the area. */
export function ReviewsFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation('review')
  const may = useMay()
  const tabs = [
    { shown: true, to: '/supervision/review', label: t('review:tabs.reviews') },
    {
      shown: may('readReviewRelations'),
      to: '/supervision/review/relations',
      label: t('review:tabs.relations'),
    },
  ].filter(({ shown }) => shown)
  return (
    <>
      <PageHeader title={t('review:title')} lead={t('review:lead')} />
      {tabs.length > 1 && <PageTabs label={t('review:title')} tabs={tabs} />}
      {children}
    </>
  )
}

/** Heading and tabs of one policy's review. */
export function PolicyFrame(props: {
  policyId: number
  lead: string
  actions?: ReactNode
  children: ReactNode
}) {
  const { policyId, lead, actions, children } = props
  const { t } = useTranslation('review')
  const may = useMay()
  const name = usePolicyName(policyId)
  const place = `/supervision/review/${policyId}`
  const tabs = [
    { needs: 'readAlerts', to: place, label: t('review:tabs.queue') },
    { needs: 'listReviewSamples', to: `${place}/samples`, label: t('review:tabs.samples') },
    { needs: 'readReviewReport', to: `${place}/report`, label: t('review:tabs.report') },
  ] as const
  return (
    <>
      <PageHeader
        title={name}
        lead={lead}
        crumbs={[{ label: t('review:title'), to: '/supervision/review' }]}
        actions={actions}
      />
      <PageTabs label={name} tabs={tabs.filter(({ needs }) => may(needs))} />
      {children}
    </>
  )
}
