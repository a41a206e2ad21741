import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Figures } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { DeliveryExceptions } from './delivery-exceptions.tsx'
import { DestinationActs } from './destination-acts.tsx'
import { DestinationConnectors } from './destination-connectors.tsx'
import { State } from './destination-list.tsx'
import { HeldMailboxes } from './held-mailboxes.tsx'
import { type Destination, reasonLabel } from './labels.ts'
import { Reconciliation } from './reconciliation.tsx'
import { refreshMilliseconds } from './refresh.ts'
import { SettingsFacts } from './settings-facts.tsx'

export function DestinationPage() {
  const { id } = useParams({ from: '/signed-in/connectors/destinations/$id' })
  const destination = useCall(
    'readDestination',
    { params: { id: Number(id) } },
    { refetchInterval: ({ state }) => refreshMilliseconds(state.data ? [state.data] : []) },
  )
  return <Loaded call={destination}>{(facts) => <DestinationOf key={facts.id} destination={facts} />}</Loaded>
}

function DestinationOf({ destination }: { destination: Destination }) {
  const { t } = useTranslation(['delivery', 'connectors'])
  const may = useMay()
  return (
    <>
      <PageHeader
        title={destination.name}
        lead={<State destination={destination} />}
        crumbs={[
          { label: t('connectors:title'), to: '/connectors' },
          { label: t('delivery:title'), to: '/connectors/destinations' },
        ]}
        actions={may('changeDestination') && <DestinationActs destination={destination} />}
      />
      <Attention destination={destination} />
      <Counts destination={destination} />
      <HeldMailboxes destination={destination} />
      {may('listDeliveryExceptions') && <DeliveryExceptions destination={destination} />}
      <DestinationConnectors destination={destination} />
      <Reconciliation destination={destination} />
      <SettingsFacts destination={destination} />
    </>
  )
}

/** What an administrator should know before he reads on. */
function Attention({ destination: { problem, pausedAt, connectors } }: { destination: Destination }) {
  const { t } = useTranslation('delivery')
  return (
    <>
      {problem && (
        <Notice intent="error" title={t(reasonLabel(problem.reason))}>
          <div lang="en">{problem.message}</div>
          <div>
            {t('delivery:problem.since')} <Time of={problem.since} />
            {problem.nextTryAt !== null && (
              <>
                {' · '}
                {t('delivery:problem.nextTry')} <Time of={problem.nextTryAt} />
              </>
            )}
          </div>
        </Notice>
      )}
      {pausedAt !== null && (
        <Notice intent="warning" title={t('delivery:paused.title')}>
          {t('delivery:paused.text')} <Time of={pausedAt} />
        </Notice>
      )}
      {connectors.length === 0 && <Notice>{t('delivery:connectors.noneNotice')}</Notice>}
    </>
  )
}

function Counts({ destination }: { destination: Destination }) {
  const { t } = useTranslation('delivery')
  const format = useFormat()
  const { waiting, sending, confirmed, reduced, refused, givenUp, oldestOpen } = destination
  return (
    <Section title={t('delivery:count.title')}>
      <Figures
        figures={[
          { name: t('delivery:count.waiting'), value: format.number(waiting) },
          { name: t('delivery:count.sending'), value: format.number(sending) },
          { name: t('delivery:count.delivered'), value: format.number(confirmed) },
          { name: t('delivery:count.refused'), value: format.number(refused) },
          { name: t('delivery:count.givenUp'), value: format.number(givenUp) },
        ]}
      />
      {oldestOpen !== null && (
        <span>
          {t('delivery:count.oldest')} <Time of={oldestOpen} />
        </span>
      )}
      {reduced > 0 && (
        <span>{t('delivery:count.reduced', { count: reduced, number: format.number(reduced) })}</span>
      )}
    </Section>
  )
}
