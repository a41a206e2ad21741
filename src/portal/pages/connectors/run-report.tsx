import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { exceptionReasons } from '../../../api/endpoints/connectors.ts'
import { useMay } from '../../api/session.ts'
import { type Fact, Facts, Figures } from '../../components/facts.tsx'
import { Notice } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Run, reasonLabels, runKinds, runStates } from './labels.ts'
import { ZoneTime } from './zone-time.tsx'

const useStyles = makeStyles({
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
})

/** All that a run says of itself; the same while it goes and afterwards. */
export function RunReport({ run, zone }: { run: Run; zone: string }) {
  const styles = useStyles()
  const { t, i18n } = useTranslation(['connectors', 'errors'])
  const format = useFormat()
  const may = useMay()
  const { label, tone } = runStates[run.state]
  const { failure } = run
  return (
    <>
      <div className={styles.head}>
        <StatusBadge tone={tone}>{t(label)}</StatusBadge>
        <span>{t(runKinds[run.kind])}</span>
      </div>
      {failure && (
        <Notice intent="error" title={t('connectors:run.failed')}>
          {!i18n.language.startsWith('en') && t(`errors:${failure.code}`, { defaultValue: '' })}{' '}
          <span lang="en">{failure.message}</span> ({failure.code}){' '}
          {failure.code === 'transfer-basis-missing' && may('readRegions') && (
            <PageLink to="/connectors/regions">{t('connectors:run.seeRegions')}</PageLink>
          )}
        </Notice>
      )}
      <Figures
        figures={[
          { name: t('connectors:report.transferred'), value: format.number(run.transferred) },
          { name: t('connectors:report.imported'), value: format.number(run.imported) },
          { name: t('connectors:report.duplicates'), value: format.number(run.duplicates) },
          { name: t('connectors:report.items'), value: format.number(run.items) },
          { name: t('connectors:report.exceptions'), value: format.number(run.exceptions.total) },
        ]}
      />
      <Facts facts={useFacts(run, zone)} />
    </>
  )
}

function useFacts(run: Run, zone: string): readonly Fact[] {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const requestedBy = useRequestedBy()
  const { kind, window, exceptions, oldestWaiting, largestItemBytes } = run
  const reasons = exceptionReasons.filter((reason) => (exceptions.byReason[reason] ?? 0) > 0)
  return [
    ...reasons.map((reason) => ({
      name: t(reasonLabels[reason].label),
      value: format.number(exceptions.byReason[reason] ?? 0),
    })),
    // Of an ordinary run it says no more than when the run began.
    ...(kind !== 'window'
      ? []
      : [{ name: t('connectors:report.window'), value: <Window from={window.from} to={window.to} /> }]),
    ...(oldestWaiting === null
      ? []
      : [{ name: t('connectors:report.oldestWaiting'), value: <Time of={oldestWaiting} /> }]),
    { name: t('connectors:report.started'), value: <ZoneTime of={run.startedAt} zone={zone} /> },
    { name: t('connectors:report.finished'), value: <ZoneTime of={run.finishedAt} zone={zone} /> },
    { name: t('connectors:report.requestedBy'), value: requestedBy(run) },
    {
      name: t('connectors:report.attachments'),
      value: `${format.number(run.attachments)} · ${format.bytes(run.bytes)}`,
    },
    ...(largestItemBytes === 0
      ? []
      : [{ name: t('connectors:report.largestItem'), value: format.bytes(largestItemBytes) }]),
  ]
}

function Window({ from, to }: { from: string | null; to: string | null }) {
  return (
    <>
      {from === null ? '…' : <Time of={from} />} – {to === null ? '…' : <Time of={to} />}
    </>
  )
}

/** Who asked for a run; the schedule is nobody. */
export function useRequestedBy(): (run: Run) => string {
  const { t } = useTranslation('connectors')
  return ({ requestedBy }) => (requestedBy === 'schedule' ? t('connectors:report.bySchedule') : requestedBy)
}
