import { Button } from '@fluentui/react-components'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../../api/calls.ts'
import { Buttons, Section } from '../../../components/form.tsx'
import { Loaded } from '../../../components/notices.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { useShortcuts } from '../../../components/shortcuts.ts'
import { AlertFacts } from './alert-facts.tsx'
import { AlertHistory } from './alert-history.tsx'
import { AlertMessages } from './alert-messages.tsx'
import { SeverityBadge, StateBadges, TagBadge } from './badges.tsx'
import { DecisionDialog } from './decision-dialog.tsx'
import { type Act, type Alert, actLabels } from './labels.ts'
import { queuePlace } from './queue-place.ts'
import { useInvestigates } from './use-review.ts'

const route = getRouteApi('/signed-in/supervision/review/$id/alerts/$alert')

export function AlertPage() {
  const { t } = useTranslation('review')
  const { alert: id } = route.useParams()
  const alert = useCall('readAlert', { params: { id } })
  return (
    <>
      {alert.data === undefined && alert.error !== null && (
        <PageHeader
          title={t('review:alert.title', { id })}
          crumbs={[{ label: t('review:title'), to: '/supervision/review' }]}
        />
      )}
      <Loaded call={alert}>{(facts) => <OneAlert key={facts.id} alert={facts} />}</Loaded>
    </>
  )
}

function OneAlert({ alert }: { alert: Alert }) {
  const { t } = useTranslation('review')
  const place = usePlace(alert)
  const acts = useActs(alert)
  const [act, setAct] = useState<Act | null>(null)
  useShortcuts([
    ...(place.next ? [{ key: 'j', label: t('review:key.next'), run: place.next }] : []),
    ...(place.previous ? [{ key: 'k', label: t('review:key.previous'), run: place.previous }] : []),
    { key: 'u', label: t('review:key.queue'), run: place.toQueue },
    ...acts.flatMap((one) => {
      const key = keys[one]
      return key === undefined ? [] : [{ key, label: t(actLabels[one]), run: () => setAct(one) }]
    }),
  ])
  return (
    <>
      <PageHeader
        title={t('review:alert.title', { id: alert.id })}
        lead={
          <>
            <SeverityBadge severity={alert.severity} /> <StateBadges {...alert} />{' '}
            {alert.tag !== null && <TagBadge tag={alert.tag} />}
          </>
        }
        crumbs={[
          { label: t('review:title'), to: '/supervision/review' },
          { label: alert.policy, to: `/supervision/review/${alert.policyId}` },
        ]}
        actions={
          (place.previous || place.next) && (
            <>
              <Button disabledFocusable={!place.previous} onClick={place.previous}>
                {t('review:key.previous')}
              </Button>
              <Button disabledFocusable={!place.next} onClick={place.next}>
                {t('review:key.next')}
              </Button>
            </>
          )
        }
      />
      <Section title={t('review:alert.decide')}>
        <Buttons>
          {acts.map((one, index) => (
            <Button
              key={one}
              appearance={index === 0 ? 'primary' : 'secondary'}
              aria-keyshortcuts={keys[one]}
              onClick={() => setAct(one)}
            >
              {t(actLabels[one])}
            </Button>
          ))}
        </Buttons>
      </Section>
      <AlertMessages alert={alert} />
      <AlertFacts alert={alert} />
      <AlertHistory alert={alert} />
      {act && (
        <DecisionDialog
          act={act}
          alerts={[alert.id]}
          colleagues={alert.colleagues}
          addresses={alert.addresses}
          onClose={() => setAct(null)}
          onDone={(done) => done === 'resolve' && place.goOn()}
        />
      )}
    </>
  )
}

const keys: Readonly<Partial<Record<Act, string>>> = {
  resolve: 'r',
  reopen: 'r',
  tag: 't',
  comment: 'c',
  escalate: 'e',
}

/** What may be decided as the alert stands; the server says so once more. */
function useActs({ state, addresses }: Alert): readonly Act[] {
  const investigates = useInvestigates()
  const always = ['tag', 'comment', 'escalate'] as const
  if (!investigates) return always
  return [
    state === 'pending' ? 'resolve' : 'reopen',
    ...always,
    'escalate-case',
    ...(addresses.length > 0 ? (['notify'] as const) : []),
    ...(state === 'resolved' ? (['second-look'] as const) : []),
  ]
}

/** Where the alert is in the queue that was read last. */
function usePlace({ id, policyId }: Alert) {
  const navigate = useNavigate()
  const queue = queuePlace.of(policyId)
  const at = queue?.ids.indexOf(id) ?? -1
  const toQueue = () =>
    void navigate({
      to: '/supervision/review/$id',
      params: { id: String(policyId) },
      search: queue?.filter ?? {},
    })
  const step = (by: number) => {
    const to = at < 0 ? undefined : queue?.ids[at + by]
    if (to === undefined) return undefined
    return () =>
      void navigate({
        to: '/supervision/review/$id/alerts/$alert',
        params: { id: String(policyId), alert: to },
      })
  }
  const next = step(1)
  return { next, previous: step(-1), toQueue, goOn: next ?? toQueue }
}
