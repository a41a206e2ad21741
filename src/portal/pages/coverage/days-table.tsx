import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { OneLine } from './cells.tsx'
import { type Coverage, dayLabels } from './labels.ts'

type Day = Coverage['days'][number]

/** How far each day's messages have come; a day is one of UTC, by when the messages were captured. */
export function DaysTable({ days }: { days: readonly Day[] }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const counted = (key: keyof Day & string, title: string, of: (day: Day) => number): Column<Day> => ({
    ...{ key, title, align: 'end' as const },
    render: (day) => format.number(of(day)),
  })
  return (
    <Section title={t('coverage:days.title')} text={t('coverage:days.text')}>
      <DataTable
        bounded
        caption={t('coverage:days.title')}
        rows={days}
        rowKey={({ day }) => day}
        columns={[
          {
            key: 'day',
            title: t('coverage:column.day'),
            render: ({ day }) => <OneLine>{format.day(day)}</OneLine>,
          },
          {
            key: 'state',
            title: t('coverage:column.state'),
            render: ({ state }) => (
              <StatusBadge tone={dayLabels[state].tone}>{t(dayLabels[state].label)}</StatusBadge>
            ),
          },
          counted('expected', t('coverage:column.expected'), (day) => day.expected),
          counted('captured', t('coverage:column.captured'), (day) => day.captured),
          counted('transferred', t('coverage:column.transferred'), (day) => day.transferred),
          counted('imported', t('coverage:column.imported'), (day) => day.imported),
          counted('indexed', t('coverage:column.indexed'), (day) => day.indexed),
          counted('notImported', t('coverage:column.exceptions'), (day) => day.notImported),
        ]}
      />
    </Section>
  )
}
