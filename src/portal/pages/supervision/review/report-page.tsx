import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo, useCall } from '../../../api/calls.ts'
import { DataTable } from '../../../components/data-table.tsx'
import { Figures } from '../../../components/facts.tsx'
import { ChoiceField, Section, TextField } from '../../../components/form.tsx'
import { Loaded } from '../../../components/notices.tsx'
import { clock } from '../../../i18n/clock.ts'
import { useFormat } from '../../../i18n/format.ts'
import type { Report } from './labels.ts'
import { PolicyFrame } from './review-frame.tsx'
import { dayBefore, dayEnd, dayStart } from './utc-days.ts'

const route = getRouteApi('/signed-in/supervision/review/$id/report')

const useStyles = makeStyles({
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 180px), 1fr))',
    gap: tokens.spacingHorizontalM,
    maxWidth: '560px',
    '& > *': { minWidth: 0 },
  },
  pack: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
})

const daysAtFirst = 90

/** How much is found, how right it is, how long it takes, and what may be missed. */
export function ReviewReportPage() {
  const styles = useStyles()
  const { t } = useTranslation('review')
  const policyId = Number(route.useParams().id)
  const [from, setFrom] = useState(() => dayBefore(clock.now(), daysAtFirst))
  const [to, setTo] = useState(() => dayBefore(clock.now(), 0))
  return (
    <PolicyFrame policyId={policyId} lead={t('review:report.lead')}>
      <Section title={t('review:report.period')} text={t('review:period.utc')}>
        <div className={styles.fields}>
          <TextField type="date" label={t('review:period.from')} value={from} onChange={setFrom} />
          <TextField type="date" label={t('review:period.to')} value={to} onChange={setTo} />
        </div>
      </Section>
      {from !== '' && to !== '' && <Figured policyId={policyId} from={from} to={to} />}
      <EvidencePack policyId={policyId} />
    </PolicyFrame>
  )
}

function Figured({ policyId, from, to }: { policyId: number; from: string; to: string }) {
  const report = useCall('readReviewReport', {
    params: { id: policyId },
    query: { from: dayStart(from), to: dayEnd(to) },
  })
  return (
    <Loaded call={report}>
      {(found) => (
        <>
          <Alerts report={found} />
          <Hours report={found} />
          <Misses report={found} />
          <Rules report={found} />
          <Reviewers report={found} />
        </>
      )}
    </Loaded>
  )
}

interface ReportProps {
  readonly report: Report
}

function Alerts({ report: { looked, matched, alertsPerThousand, alerts } }: ReportProps) {
  const { t } = useTranslation(['review', 'supervision'])
  const format = useFormat()
  return (
    <Section title={t('review:report.alerts')}>
      <Figures
        figures={[
          { name: t('supervision:column.looked'), value: format.number(looked) },
          { name: t('supervision:column.matched'), value: format.number(matched) },
          { name: t('review:report.raised'), value: format.number(alerts.raised) },
          { name: t('review:report.perThousand'), value: format.number(rounded(alertsPerThousand)) },
          { name: t('review:state.pending'), value: format.number(alerts.pending) },
          { name: t('review:state.resolved'), value: format.number(alerts.resolved) },
          { name: t('review:report.passed'), value: format.number(alerts.passed) },
        ]}
      />
    </Section>
  )
}

function Hours({ report: { hours, secondLooks } }: ReportProps) {
  const { t } = useTranslation('review')
  const format = useFormat()
  const text = (value: number | null) => (value === null ? '–' : format.number(rounded(value)))
  return (
    <Section title={t('review:report.hours')} text={t('review:report.hoursText')}>
      <Figures
        figures={[
          { name: t('review:report.firstMedian'), value: text(hours.firstMedian) },
          { name: t('review:report.firstP95'), value: text(hours.firstP95) },
          { name: t('review:report.closedMedian'), value: text(hours.closedMedian) },
          { name: t('review:report.closedP95'), value: text(hours.closedP95) },
          { name: t('review:report.oldest'), value: text(hours.oldestPending) },
        ]}
      />
      {secondLooks.done > 0 && (
        <span>
          {t('review:report.secondLooks', {
            done: format.number(secondLooks.done),
            agreed: format.number(secondLooks.agreed),
          })}
        </span>
      )}
    </Section>
  )
}

/** Without a reviewed draw nothing can be said of what is missed. */
function Misses({ report: { misses } }: ReportProps) {
  const { t } = useTranslation('review')
  const format = useFormat()
  const { population, drawn, reviewed, found, share, messages } = misses
  return (
    <Section title={t('review:report.misses')} text={t('review:report.missesText')}>
      {drawn === 0 ? (
        <span>{t('review:report.noSample')}</span>
      ) : (
        <>
          <Figures
            figures={[
              { name: t('review:sample.population'), value: format.number(population) },
              { name: t('review:sample.drawn'), value: format.number(drawn) },
              { name: t('review:report.reviewed'), value: format.number(reviewed) },
              { name: t('review:report.found'), value: format.number(found) },
            ]}
          />
          {reviewed > 0 && (
            <span>
              {t('review:report.interval', {
                low: format.number(messages.low),
                high: format.number(messages.high),
                lowShare: format.percent(share.low),
                highShare: format.percent(share.high),
              })}
            </span>
          )}
        </>
      )}
    </Section>
  )
}

function Rules({ report: { rules } }: ReportProps) {
  const { t } = useTranslation(['review', 'supervision'])
  const format = useFormat()
  return (
    <Section title={t('review:report.rules')} text={t('review:report.rulesText')}>
      <DataTable
        caption={t('review:report.rules')}
        rows={rules}
        rowKey={({ rule }) => rule}
        empty={<span>{t('review:report.noRules')}</span>}
        columns={[
          { key: 'rule', title: t('supervision:column.rule'), render: ({ rule }) => rule },
          {
            key: 'resolved',
            title: t('review:state.resolved'),
            align: 'end',
            compare: (a, b) => a.resolved - b.resolved,
            render: ({ resolved }) => format.number(resolved),
          },
          {
            key: 'nonCompliant',
            title: t('review:tag.nonCompliant'),
            align: 'end',
            compare: (a, b) => a.nonCompliant - b.nonCompliant,
            render: ({ nonCompliant }) => format.number(nonCompliant),
          },
          {
            key: 'precision',
            title: t('review:report.precision'),
            align: 'end',
            compare: (a, b) => (a.precision ?? 0) - (b.precision ?? 0),
            render: ({ precision }) => (precision === null ? '–' : format.percent(precision)),
          },
        ]}
      />
    </Section>
  )
}

function Reviewers({ report: { reviewers } }: ReportProps) {
  const { t } = useTranslation('review')
  const format = useFormat()
  if (reviewers.length === 0) return null
  return (
    <Section title={t('review:report.reviewers')}>
      <DataTable
        caption={t('review:report.reviewers')}
        rows={reviewers}
        rowKey={({ reviewer }) => reviewer}
        columns={[
          {
            key: 'reviewer',
            title: t('review:report.reviewer'),
            render: ({ reviewer }) => <bdi>{reviewer}</bdi>,
          },
          {
            key: 'decisions',
            title: t('review:report.decisions'),
            align: 'end',
            compare: (a, b) => a.decisions - b.decisions,
            render: ({ decisions }) => format.number(decisions),
          },
          {
            key: 'resolved',
            title: t('review:state.resolved'),
            align: 'end',
            compare: (a, b) => a.resolved - b.resolved,
            render: ({ resolved }) => format.number(resolved),
          },
        ]}
      />
    </Section>
  )
}

const yearsOffered = 7

function EvidencePack({ policyId }: { policyId: number }) {
  const styles = useStyles()
  const { t } = useTranslation('review')
  const thisYear = Number(dayBefore(clock.now(), 0).slice(0, 4))
  const [year, setYear] = useState(String(thisYear))
  return (
    <Section title={t('review:evidence.title')} text={t('review:evidence.text')}>
      <div className={styles.pack}>
        <ChoiceField
          label={t('review:evidence.year')}
          value={year}
          onChange={setYear}
          choices={Array.from({ length: yearsOffered }, (_, back) => String(thisYear - back)).map(
            (value) => ({
              value,
              label: value,
            }),
          )}
        />
        <Button
          as="a"
          icon={<ArrowDownloadRegular />}
          href={linkTo('downloadEvidencePack', { params: { id: policyId, year: Number(year) } })}
          download
        >
          {t('review:evidence.download')}
        </Button>
      </div>
    </Section>
  )
}

/** Two places are enough to compare by. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
