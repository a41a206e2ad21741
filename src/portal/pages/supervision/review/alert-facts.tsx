import { useTranslation } from 'react-i18next'
import { useMay } from '../../../api/session.ts'
import { Facts } from '../../../components/facts.tsx'
import { Section } from '../../../components/form.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormat } from '../../../i18n/format.ts'
import type { Alert } from './labels.ts'
import { useRuleTitles } from './use-review.ts'

const nearShown = 20

/** Why it is here, since when, what else is known of it, and its near duplicates. */
export function AlertFacts({ alert }: { alert: Alert }) {
  const { t } = useTranslation(['review', 'supervision'])
  const format = useFormat()
  const may = useMay()
  const titleOf = useRuleTitles(alert.policyId)
  const { rules, facts, near, policyId, raisedAt, resolvedAt } = alert
  const { channels = [], unseenReply = false, gaps = [] } = facts
  const gapsText = t('review:facts.gaps', { count: gaps.length, number: format.number(gaps.length) })
  return (
    <Section title={t('review:facts.title')}>
      <Facts
        facts={[
          {
            name: t('supervision:column.rules'),
            value:
              rules.length === 0 ? t('review:facts.drawn') : <bdi>{format.list(rules.map(titleOf))}</bdi>,
          },
          { name: t('review:facts.raised'), value: <Time of={raisedAt} /> },
          ...(resolvedAt ? [{ name: t('review:standing.resolved'), value: <Time of={resolvedAt} /> }] : []),
          ...(channels.length > 0
            ? [{ name: t('review:facts.channels'), value: <bdi>{format.list(channels)}</bdi> }]
            : []),
          ...(unseenReply
            ? [{ name: t('review:facts.unseen'), value: t('supervision:condition.unseenReply') }]
            : []),
          ...(gaps.length > 0
            ? [
                {
                  name: t('review:facts.capture'),
                  value: may('listCoverage') ? <PageLink to="/coverage">{gapsText}</PageLink> : gapsText,
                },
              ]
            : []),
          ...(near.length > 0
            ? [{ name: t('review:facts.near'), value: <Near policyId={policyId} near={near} /> }]
            : []),
        ]}
      />
    </Section>
  )
}

function Near({ policyId, near }: Pick<Alert, 'policyId' | 'near'>) {
  const { t } = useTranslation('review')
  const format = useFormat()
  return (
    <>
      {near.slice(0, nearShown).map(({ id, state }) => (
        <span key={id}>
          <PageLink to={`/supervision/review/${policyId}/alerts/${id}`}>
            {t('review:alert.title', { id })}
          </PageLink>
          {state === 'resolved' && ` (${t('review:standing.resolved')})`}{' '}
        </span>
      ))}
      {near.length > nearShown && `+${format.number(near.length - nearShown)}`}
    </>
  )
}
