import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { type Bar, BarChart } from '../../components/bar-chart.tsx'
import { Loaded } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { channelNames, kindLabels } from '../../i18n/message-labels.ts'

type Found = Answer<'readStatistics'>
type FoundBar = Found['byMailbox'][number]

const useStyles = makeStyles({
  charts: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))',
    gap: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalXXL}`,
    alignItems: 'start',
    paddingTop: tokens.spacingVerticalM,
  },
  column: { display: 'grid', gap: tokens.spacingVerticalXL, minWidth: 0 },
  chart: { display: 'grid', gap: tokens.spacingVerticalS, justifyItems: 'start', minWidth: 0 },
})

const shownFirst = 12

/** How the items found lie over mailboxes, channels, kinds and months. */
export function Statistics({ searchId }: { searchId: string }) {
  const statistics = useCall('readStatistics', { params: { id: searchId } })
  return <Loaded call={statistics}>{(found) => <Charts found={found} />}</Loaded>
}

function Charts({ found }: { found: Found }) {
  const styles = useStyles()
  const { t } = useTranslation(['search', 'items'])
  const { language, number } = useFormat()
  const month = new Intl.DateTimeFormat(language, { month: 'short', year: 'numeric', timeZone: 'UTC' })
  const named = (bars: readonly FoundBar[], name: (bar: FoundBar) => string): Bar[] =>
    bars.map((bar) => ({ label: name(bar), value: bar.items }))
  const kinds: Readonly<Record<string, string>> = kindLabels
  const channels: Readonly<Record<string, string>> = channelNames
  const { mailboxesWithHits: count } = found
  return (
    <div className={styles.charts}>
      <Chart
        caption={t('search:statistics.mailboxes', { count, number: number(count) })}
        bars={named(found.byMailbox, nameOnce(found.byMailbox))}
      />
      <div className={styles.column}>
        <Chart
          caption={t('search:statistics.months')}
          bars={named(found.byMonth, ({ key }) => month.format(new Date(`${key}-01T00:00:00Z`)))}
        />
        <Chart
          caption={t('search:statistics.channels')}
          bars={named(found.byChannel, ({ key }) => channels[key] ?? key)}
        />
        <Chart
          caption={t('search:statistics.kinds')}
          bars={named(found.byKind, ({ key }) => (kinds[key] ? t(kinds[key]) : key))}
        />
      </div>
    </div>
  )
}

/** Two people of one name are told apart by their mailboxes' numbers. */
function nameOnce(bars: readonly FoundBar[]): (bar: FoundBar) => string {
  return ({ key, label }) =>
    bars.filter((bar) => bar.label === label).length > 1 ? `${label} (${key})` : label
}

function Chart({ caption, bars }: { caption: string; bars: readonly Bar[] }) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  const [all, setAll] = useState(false)
  return (
    <div className={styles.chart}>
      <BarChart caption={caption} bars={all ? bars : bars.slice(0, shownFirst)} />
      {!all && bars.length > shownFirst && (
        <Button size="small" onClick={() => setAll(true)}>
          {t('search:statistics.all', { count: bars.length })}
        </Button>
      )}
    </div>
  )
}
