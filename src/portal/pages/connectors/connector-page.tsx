import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { RegionOf } from '../regions/region-of.tsx'
import { ConnectorActs } from './connector-acts.tsx'
import { Health } from './connector-list.tsx'
import { useRunProgress } from './follow-runs.ts'
import { type Connector, typeLabels } from './labels.ts'
import { MappingSection } from './mapping-section.tsx'
import { RunHistory } from './run-history.tsx'
import { LastRunSection } from './run-progress.tsx'
import { useScheduleText } from './schedule-field.tsx'
import { ZoneTime } from './zone-time.tsx'

export function ConnectorPage() {
  const { id } = useParams({ from: '/signed-in/connectors/$id' })
  const connector = useCall('readConnector', { params: { id: Number(id) } })
  useRunProgress()
  return <Loaded call={connector}>{(facts) => <ConnectorOf key={facts.id} connector={facts} />}</Loaded>
}

function ConnectorOf({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const may = useMay()
  return (
    <>
      <PageHeader
        title={connector.name}
        lead={<Health connector={connector} />}
        crumbs={[{ label: t('connectors:title'), to: '/connectors' }]}
        actions={may('changeConnector') && <ConnectorActs connector={connector} />}
      />
      <Attention connector={connector} />
      <LastRunSection connector={connector} />
      <Properties connector={connector} />
      {may('uploadMapping') && <MappingSection connector={connector} />}
      <RunHistory connector={connector} />
    </>
  )
}

/** What an administrator should know before he reads on. */
function Attention({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const may = useMay()
  const { id, health, openExceptions, pausedAt, nextRun } = connector
  return (
    <>
      {pausedAt !== null && (
        <Notice intent="warning" title={t('connectors:state.pausedTitle')}>
          {t('connectors:state.pausedText')} <Time of={pausedAt} />
        </Notice>
      )}
      {health === 'late' && <Notice intent="warning">{t('connectors:state.late')}</Notice>}
      {nextRun === null && pausedAt === null && (
        <Notice intent="warning">{t('connectors:state.noNextRun')}</Notice>
      )}
      {openExceptions > 0 && (
        <Notice intent="warning">
          {t('connectors:state.exceptions', { count: openExceptions, number: format.number(openExceptions) })}{' '}
          {may('listExceptions') && (
            <PageLink to={`/connectors/${id}/exceptions`}>{t('connectors:state.seeExceptions')}</PageLink>
          )}
        </Notice>
      )}
    </>
  )
}

function Properties({ connector }: { connector: Connector }) {
  const { t } = useTranslation(['connectors', 'regions'])
  const format = useFormat()
  const scheduleText = useScheduleText()
  const { terms, schedule } = connector
  return (
    <Section title={t('connectors:state.title')}>
      <Facts
        facts={[
          { name: t('connectors:column.type'), value: t(typeLabels[connector.type]) },
          {
            name: t('connectors:column.nextRun'),
            value: <ZoneTime of={connector.nextRun} zone={schedule.zone} />,
          },
          { name: t('connectors:schedule.title'), value: scheduleText(schedule) },
          { name: t('connectors:signIn.site'), value: connector.siteUrl },
          {
            name: t('regions:region'),
            value: <RegionOf region={connector.region} of={{ connector: connector.name }} />,
          },
          { name: t('connectors:signIn.username'), value: <bdi>{connector.username}</bdi> },
          {
            name: t('connectors:schedule.onArrival'),
            value: connector.runOnArrival ? t('connectors:on') : t('connectors:off'),
          },
          {
            name: t('connectors:mapping.automatic'),
            value: connector.automaticMapping ? t('connectors:on') : t('connectors:off'),
          },
          {
            name: t('connectors:mapping.catchAll'),
            value: connector.catchAll ?? t('connectors:mapping.none'),
          },
          { name: t('connectors:step.delivery'), value: <DeliveredTo connector={connector} /> },
          { name: t('connectors:state.sequence'), value: format.number(connector.importedSequence) },
          { name: t('connectors:state.created'), value: <Time of={connector.createdAt} /> },
          {
            name: t('connectors:step.terms'),
            value: (
              <>
                {t('connectors:state.acceptedBy', { version: terms.version, name: terms.acceptedBy })}{' '}
                <Time of={terms.acceptedAt} />
              </>
            ),
          },
        ]}
      />
    </Section>
  )
}

/** Where copies of its items go beside the archive. */
function DeliveredTo({ connector: { id } }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const destinations = useCall('listDestinations', undefined)
  const mine = destinations.data?.filter(({ connectors }) => connectors.some((one) => one.id === id)) ?? []
  if (mine.length === 0) return t('connectors:delivery.only')
  return mine.map((one, place) => (
    <span key={one.id}>
      {place > 0 && ', '}
      <PageLink to={`/connectors/destinations/${one.id}`}>
        <bdi>{one.name}</bdi>
      </PageLink>
    </span>
  ))
}
