import { makeStyles, tokens } from '@fluentui/react-components'
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { BarChart, Sparkline } from '../../components/bar-chart.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Figures } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { useFormat } from '../../i18n/format.ts'
import { channelNames } from '../../i18n/message-labels.ts'
import { AttentionList } from './attention-list.tsx'
import { FirstSteps } from './first-steps.tsx'

type Home = Answer<'readHome'>

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(380px, 100%), 1fr))',
    columnGap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
})

export function HomePage() {
  const { t } = useTranslation('home')
  const { timeZone } = useFormat()
  const home = useCall('readHome', { query: { timeZone } }, { refetchInterval: 60_000 })
  return (
    <>
      <PageHeader title={t('home:title')} lead={t('home:lead')} />
      <Loaded call={home}>{(facts) => <Parts home={facts} />}</Loaded>
    </>
  )
}

function Parts({ home }: { home: Home }) {
  const styles = useStyles()
  const { t } = useTranslation('home')
  const { attention, today, coverage, archive, days } = home
  const isNew = attention.some(({ code }) => code === 'no-connector' || code === 'no-mailbox')
  return (
    <>
      {isNew && <FirstSteps />}
      <Section title={t('home:attention.title')}>
        {attention.length === 0 ? (
          <EmptyState icon={<CheckmarkCircleRegular />} title={t('home:attention.none')}>
            {t('home:attention.noneText')}
          </EmptyState>
        ) : (
          <AttentionList attention={attention} />
        )}
      </Section>
      <div className={styles.columns}>
        {today && <Today today={today} />}
        {coverage && <Coverage coverage={coverage} />}
        {archive && <Archive archive={archive} />}
        {days && <Days days={days} />}
      </div>
    </>
  )
}

function Today({ today }: { today: NonNullable<Home['today']> }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  return (
    <Section
      title={t('home:today.title')}
      text={t('home:today.text', { day: format.day(today.day), zone: today.timeZone })}
    >
      <DataTable
        caption={t('home:today.title')}
        rows={today.channels}
        rowKey={({ channel }) => channel}
        empty={<span>{t('home:today.none')}</span>}
        columns={[
          {
            key: 'channel',
            title: t('home:today.channel'),
            render: ({ channel }) => channelNames[channel as keyof typeof channelNames] ?? channel,
          },
          {
            key: 'captured',
            title: t('home:today.captured'),
            align: 'end',
            render: ({ captured }) => format.number(captured),
          },
          {
            key: 'imported',
            title: t('home:today.imported'),
            align: 'end',
            render: ({ imported }) => format.number(imported),
          },
        ]}
      />
    </Section>
  )
}

function Coverage({ coverage }: { coverage: NonNullable<Home['coverage']> }) {
  const { t } = useTranslation('home')
  return (
    <Section title={t('home:coverage.title')} text={t('home:coverage.text')}>
      <BarChart
        caption={t('home:coverage.users', { count: coverage.registeredUsers })}
        bars={[
          { label: t('home:coverage.capturing'), value: coverage.capturing },
          { label: t('home:coverage.quiet'), value: coverage.quiet },
          { label: t('home:coverage.never'), value: coverage.never },
        ]}
      />
      <PageLink to="/archiver-site">{t('home:coverage.see')}</PageLink>
    </Section>
  )
}

function Archive({ archive }: { archive: NonNullable<Home['archive']> }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  return (
    <Section title={t('home:archive.title')}>
      <Figures
        figures={[
          { name: t('home:archive.messages'), value: format.number(archive.messages) },
          { name: t('home:archive.items'), value: format.number(archive.items) },
          { name: t('home:archive.mailboxes'), value: format.number(archive.mailboxes) },
          { name: t('home:archive.exceptions'), value: format.number(archive.openExceptions) },
        ]}
      />
    </Section>
  )
}

function Days({ days }: { days: NonNullable<Home['days']> }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  const captured = days.reduce((sum, day) => sum + day.captured, 0)
  const imported = days.reduce((sum, day) => sum + day.imported, 0)
  return (
    <Section
      title={t('home:days.title')}
      text={t('home:days.text', { captured: format.number(captured), imported: format.number(imported) })}
    >
      <Sparkline
        caption={t('home:days.captured')}
        points={days.map((day) => ({ label: format.day(day.day), value: day.captured }))}
      />
    </Section>
  )
}
