import { useTranslation } from 'react-i18next'
import { ChoiceField } from '../../components/form.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Month } from './item-places.ts'

/** The months of a list with what each holds; choosing one goes there. */
export function MonthChoice(props: {
  months: readonly Month[]
  current: string
  onMonth: (month: string) => void
}) {
  const { months, current, onMonth } = props
  const { t } = useTranslation('mailboxes')
  const format = useFormat()
  const name = new Intl.DateTimeFormat(format.language, { year: 'numeric', month: 'long', timeZone: 'UTC' })
  return (
    <ChoiceField
      label={t('mailboxes:month')}
      value={current}
      onChange={onMonth}
      choices={months.map(({ month, items }) => ({
        value: month,
        label: `${name.format(new Date(`${month}-01T00:00:00Z`))} (${format.number(items)})`,
      }))}
    />
  )
}
