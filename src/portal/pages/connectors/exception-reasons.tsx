import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { exceptionReasons } from '../../../api/endpoints/connectors.ts'
import { useFormat } from '../../i18n/format.ts'
import { reasonLabels } from './labels.ts'

export type Reason = (typeof exceptionReasons)[number]

const useStyles = makeStyles({
  list: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))',
    gap: tokens.spacingHorizontalM,
    listStyle: 'none',
    margin: `0 0 ${tokens.spacingVerticalL}`,
    padding: 0,
  },
  card: {
    display: 'grid',
    alignContent: 'start',
    gap: tokens.spacingVerticalXS,
    width: '100%',
    height: '100%',
    boxSizing: 'border-box',
    padding: tokens.spacingHorizontalM,
    font: 'inherit',
    textAlign: 'start',
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  chosen: {
    border: `1px solid ${tokens.colorCompoundBrandStroke}`,
    boxShadow: `inset 0 0 0 1px ${tokens.colorCompoundBrandStroke}`,
  },
  count: {
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: 'tabular-nums',
  },
  label: { fontWeight: tokens.fontWeightSemibold },
  help: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

/** How many of each reason, what to do about it, and a press to see those alone. */
export function ReasonCards(props: {
  byReason: Readonly<Record<string, number>>
  reason: Reason | ''
  onChange: (reason: Reason | '') => void
}) {
  const { byReason, reason, onChange } = props
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const known = exceptionReasons.filter((one) => (byReason[one] ?? 0) > 0 || one === reason)
  if (known.length === 0) return null
  return (
    <ul className={styles.list} aria-label={t('connectors:exceptions.byReason')}>
      {known.map((one) => (
        <li key={one}>
          <button
            type="button"
            className={mergeClasses(styles.card, one === reason && styles.chosen)}
            aria-pressed={one === reason}
            onClick={() => onChange(one === reason ? '' : one)}
          >
            <span className={styles.count}>{format.number(byReason[one] ?? 0)}</span>
            <span className={styles.label}>{t(reasonLabels[one].label)}</span>
            <span className={styles.help}>{t(reasonLabels[one].help)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
