import { makeStyles, tokens } from '@fluentui/react-components'
import { useFormat } from '../i18n/format.ts'

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed' },
  caption: {
    textAlign: 'start',
    fontWeight: tokens.fontWeightSemibold,
    paddingBottom: tokens.spacingVerticalXS,
  },
  label: {
    width: '34%',
    textAlign: 'start',
    fontWeight: tokens.fontWeightRegular,
    padding: '3px 8px 3px 0',
    overflowWrap: 'anywhere',
  },
  bar: { padding: '3px 0' },
  fill: {
    height: '14px',
    minWidth: '2px',
    borderRadius: '3px',
    backgroundColor: tokens.colorBrandBackground,
  },
  value: { width: '22%', textAlign: 'end', fontVariantNumeric: 'tabular-nums', paddingLeft: '8px' },
  span: {
    display: 'flex',
    justifyContent: 'space-between',
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
  line: { display: 'block', width: '100%', height: '48px' },
  hidden: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' },
})

export interface Bar {
  readonly label: string
  readonly value: number
}

/** Bars that lie; a table in truth, so that everybody reads the same numbers. */
export function BarChart({ caption, bars }: { caption: string; bars: readonly Bar[] }) {
  const styles = useStyles()
  const format = useFormat()
  const most = Math.max(1, ...bars.map(({ value }) => value))
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{caption}</caption>
      <tbody>
        {bars.map(({ label, value }) => (
          <tr key={label}>
            <th scope="row" className={styles.label}>
              {label}
            </th>
            <td className={styles.bar} aria-hidden>
              {value > 0 && <div className={styles.fill} style={{ width: `${(100 * value) / most}%` }} />}
            </td>
            <td className={styles.value}>{format.number(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A line of days; its numbers are in a table for those who hear the page. */
export function Sparkline({ caption, points }: { caption: string; points: readonly Bar[] }) {
  const styles = useStyles()
  const format = useFormat()
  const most = Math.max(1, ...points.map(({ value }) => value))
  const step = 100 / Math.max(1, points.length - 1)
  const path = points.map(({ value }, index) => `${index * step},${46 - (44 * value) / most}`).join(' ')
  return (
    <figure style={{ margin: 0 }}>
      <svg className={styles.line} viewBox="0 0 100 48" preserveAspectRatio="none" aria-hidden="true">
        <polyline
          points={path}
          fill="none"
          stroke={tokens.colorBrandForeground1}
          strokeWidth="2"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <div className={styles.span} aria-hidden>
        <span>{points[0]?.label}</span>
        <span>{points.at(-1)?.label}</span>
      </div>
      <div className={styles.hidden}>
        <table>
          <caption>{caption}</caption>
          <tbody>
            {points.map(({ label, value }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{format.number(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}
