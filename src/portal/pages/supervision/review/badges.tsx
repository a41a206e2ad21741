import { useTranslation } from 'react-i18next'
import { StatusBadge, WordTag } from '../../../components/status.tsx'
import { severityLabels } from '../policies/labels.ts'
import { type QueuedAlert, tagLabels } from './labels.ts'

/** How serious it is; that it was drawn, where nothing was found. */
export function SeverityBadge({ severity }: Pick<QueuedAlert, 'severity'>) {
  const { t } = useTranslation(['supervision', 'review'])
  if (severity === null) return <StatusBadge tone="quiet">{t('review:drawn')}</StatusBadge>
  const { label, tone } = severityLabels[severity]
  return <StatusBadge tone={tone}>{t(label)}</StatusBadge>
}

/** Where it stands; one that waits too long says so. */
export function StateBadges(props: Pick<QueuedAlert, 'state' | 'overdue' | 'escalated'>) {
  const { state, overdue, escalated } = props
  const { t } = useTranslation('review')
  return (
    <>
      {state === 'resolved' && <StatusBadge tone="good">{t('review:standing.resolved')}</StatusBadge>}
      {escalated && (
        <>
          <StatusBadge tone="busy">{t('review:standing.escalated')}</StatusBadge>{' '}
        </>
      )}
      {overdue && <StatusBadge tone="bad">{t('review:standing.overdue')}</StatusBadge>}
    </>
  )
}

export function TagBadge({ tag }: { tag: string }) {
  const { t } = useTranslation('review')
  const known = tagLabels[tag]
  return known ? <StatusBadge tone={known.tone}>{t(known.label)}</StatusBadge> : <WordTag>{tag}</WordTag>
}
