import { makeStyles, mergeClasses } from '@fluentui/react-components'
import {
  type ReactNode,
  type RefObject,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { type Scale, scaleOf } from './list-scale.ts'

const useStyles = makeStyles({
  frame: { position: 'relative', overflowY: 'auto', contain: 'strict', height: '100%', minHeight: '320px' },
  space: { position: 'relative', width: '100%' },
  row: { position: 'absolute', insetInline: 0, top: 0, overflow: 'hidden' },
})

const overscan = 6

/**
 * Draws only the rows in sight of a list of any length, each of one height. Browsers end an element at some thirty
 * million pixels; a longer list is scrolled at a scale, and `current` (moved by keys) still reaches every row.
 */
export function LongList(props: {
  label: string
  count: number
  rowHeight: number
  renderRow: (index: number) => ReactNode
  /** The first and last row drawn, whenever they change. */
  onRange: (first: number, last: number) => void
  /** Kept in sight. */
  current: number
  className?: string
}) {
  const { label, count, rowHeight, renderRow, onRange, current, className } = props
  const styles = useStyles()
  const frame = useRef<HTMLElement>(null)
  const [place, setPlace] = useState({ scrollTop: 0, height: 600 })
  const scale = scaleOf({ count, rowHeight, height: place.height })
  const first = Math.max(0, scale.rowAt(place.scrollTop) - overscan)
  const last = Math.min(
    count - 1,
    scale.rowAt(place.scrollTop) + Math.ceil(place.height / rowHeight) + overscan,
  )
  useLayoutEffect(() => {
    const element = frame.current!
    const observer = new ResizeObserver(() =>
      setPlace(({ scrollTop }) => ({ scrollTop, height: element.clientHeight })),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useKeptInSight(frame, scale, current)
  useOwnPace(frame, scale.factor)
  // biome-ignore lint/correctness/useExhaustiveDependencies: told of the range, not of a new function
  useEffect(() => onRange(first, last), [first, last, count])
  return (
    <section
      ref={frame}
      className={mergeClasses(styles.frame, className)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls by the keyboard
      tabIndex={0}
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) =>
        setPlace({ scrollTop, height: clientHeight })
      }
    >
      <div className={styles.space} style={{ height: scale.total }}>
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset).map((index) => (
          <div
            key={index}
            className={styles.row}
            style={{ height: rowHeight, transform: `translateY(${scale.topOf(index, place.scrollTop)}px)` }}
          >
            {renderRow(index)}
          </div>
        ))}
      </div>
    </section>
  )
}

/** When the row changes, not when somebody scrolls away from it. */
function useKeptInSight(frame: RefObject<HTMLElement | null>, scale: Scale, current: number): void {
  const show = useEffectEvent((index: number) => {
    const element = frame.current!
    const to = scale.scrollFor(index, element.scrollTop)
    if (to !== null) element.scrollTop = to < element.scrollTop ? Math.floor(to) : Math.ceil(to)
  })
  useLayoutEffect(() => show(current), [current])
}

const lineHeight = 40

/** Where the list is scaled, wheel and keys go through it as through any other: only the scrollbar takes leaps. */
function useOwnPace(frame: RefObject<HTMLElement | null>, factor: number): void {
  useEffect(() => {
    const element = frame.current!
    if (factor <= 1) return
    // Scrollbars move by whole pixels; what a fine wheel leaves over is kept for its next turn.
    let rest = 0
    const scroll = (event: Event, pixels: number) => {
      const room = pixels < 0 ? element.scrollTop : maxScrollOf(element) - element.scrollTop
      if (room < 1) return
      event.preventDefault()
      rest += pixels / factor
      const whole = Math.trunc(rest)
      rest -= whole
      element.scrollTop += whole
    }
    const onWheel = (event: WheelEvent) => {
      const unit = [1, lineHeight, element.clientHeight][event.deltaMode] ?? 1
      if (!event.ctrlKey && event.deltaY !== 0) scroll(event, event.deltaY * unit)
    }
    const onKey = (event: KeyboardEvent) => {
      const pixels = pixelsOf(event, element.clientHeight)
      if (pixels !== undefined) scroll(event, pixels)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    element.addEventListener('keydown', onKey)
    return () => {
      element.removeEventListener('wheel', onWheel)
      element.removeEventListener('keydown', onKey)
    }
  }, [frame, factor])
}

function maxScrollOf({ scrollHeight, clientHeight }: HTMLElement): number {
  return scrollHeight - clientHeight
}

function pixelsOf(event: KeyboardEvent, height: number): number | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  const page = height - lineHeight
  const pixels = {
    ArrowDown: lineHeight,
    ArrowUp: -lineHeight,
    PageDown: page,
    PageUp: -page,
    ' ': event.shiftKey ? -page : page,
  }
  return pixels[event.key as keyof typeof pixels]
}
