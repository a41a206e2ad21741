import { makeStyles, mergeClasses } from '@fluentui/react-components'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react'

const useStyles = makeStyles({
  frame: { overflowY: 'auto', contain: 'strict', height: '100%', minHeight: '320px' },
  space: { position: 'relative', width: '100%' },
  row: { position: 'absolute', insetInline: 0, top: 0 },
})

/**
 * Draws only the rows in sight, of any number of them. `onReach` is called with the last index drawn, so that the
 * next page can be read.
 */
export function VirtualList(props: {
  label: string
  count: number
  /** Guess of a row's height in pixels; rows are measured when drawn. */
  rowHeight: number
  renderRow: (index: number) => ReactNode
  rowKey?: (index: number) => string | number
  onReach?: (index: number) => void
  /** Scrolled into sight when it changes. */
  current?: number | null
  className?: string
}) {
  const { label, count, rowHeight, renderRow, rowKey, onReach, current = null, className } = props
  const styles = useStyles()
  const frame = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    ...(rowKey ? { getItemKey: rowKey } : {}),
  })
  const drawn = rows.getVirtualItems()
  const last = drawn.at(-1)?.index ?? -1
  const reach = useEffectEvent((index: number) => onReach?.(index))
  useEffect(() => {
    if (last >= 0) reach(last)
  }, [last])
  useEffect(() => {
    if (current !== null) rows.scrollToIndex(current, { align: 'auto' })
  }, [current, rows])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls by the keyboard
    <section ref={frame} className={mergeClasses(styles.frame, className)} tabIndex={0} aria-label={label}>
      <div className={styles.space} style={{ height: rows.getTotalSize() }}>
        {drawn.map((row) => (
          <div
            key={row.key}
            ref={rows.measureElement}
            data-index={row.index}
            className={styles.row}
            style={{ transform: `translateY(${row.start}px)` }}
          >
            {renderRow(row.index)}
          </div>
        ))}
      </div>
    </section>
  )
}
