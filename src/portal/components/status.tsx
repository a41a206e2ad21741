import { Badge, makeStyles, ProgressBar, Tag, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useFormat } from '../i18n/format.ts'

const useStyles = makeStyles({
  badge: { whiteSpace: 'nowrap' },
  progress: { display: 'grid', gap: tokens.spacingVerticalXXS, minWidth: '140px' },
  counts: { fontSize: tokens.fontSizeBase200, fontVariantNumeric: 'tabular-nums' },
})

export type Tone = 'good' | 'busy' | 'quiet' | 'warning' | 'bad'

const colours = {
  good: 'success',
  busy: 'brand',
  quiet: 'informative',
  warning: 'warning',
  bad: 'danger',
} as const

/** A state in one or two words; the words carry it, the colour only helps. */
export function StatusBadge({ tone, icon, children }: { tone: Tone; icon?: ReactNode; children: string }) {
  const styles = useStyles()
  return (
    <Badge className={styles.badge} appearance="tint" color={colours[tone]} icon={icon as never}>
      {children}
    </Badge>
  )
}

/** A word that classifies: a role, a channel, a kind. */
export function WordTag({
  children,
  onRemove,
  removeLabel,
}: {
  children: string
  onRemove?: () => void
  removeLabel?: string
}) {
  if (!onRemove) return <Tag size="small">{children}</Tag>
  return (
    <Tag size="small" dismissible dismissIcon={{ 'aria-label': removeLabel }} onClick={onRemove}>
      {children}
    </Tag>
  )
}

/** How far a run is, as a bar and in numbers. A total that is not known yet moves without an end. */
export function Progress({ done, total, label }: { done: number; total: number | null; label: string }) {
  const styles = useStyles()
  const format = useFormat()
  const share = total === null || total === 0 ? undefined : Math.min(1, done / total)
  return (
    <div className={styles.progress}>
      <ProgressBar value={share} thickness="large" aria-label={label} />
      <span className={styles.counts}>
        {total === null
          ? format.number(done)
          : `${format.number(done)} / ${format.number(total)}${share === undefined ? '' : ` (${format.percent(share)})`}`}
      </span>
    </div>
  )
}
