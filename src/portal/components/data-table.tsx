import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { ArrowSortDownRegular } from '@fluentui/react-icons/svg/arrow-sort-down'
import { ArrowSortUpRegular } from '@fluentui/react-icons/svg/arrow-sort-up'
import { type ReactNode, useMemo, useState } from 'react'

const useStyles = makeStyles({
  // Wide tables scroll inside; the page itself never does.
  frame: {
    overflowX: 'auto',
    maxWidth: '100%',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  bounded: { overflowY: 'auto', maxHeight: '70vh' },
  table: { borderCollapse: 'collapse', width: '100%', fontSize: tokens.fontSizeBase300 },
  caption: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' },
  head: {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    textAlign: 'start',
    whiteSpace: 'nowrap',
    padding: '8px 12px',
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorNeutralBackground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  sort: {
    padding: 0,
    border: 'none',
    background: 'none',
    font: 'inherit',
    color: 'inherit',
    cursor: 'pointer',
    display: 'inline-flex',
    gap: '4px',
    alignItems: 'center',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  cell: {
    textAlign: 'start',
    padding: '8px 12px',
    verticalAlign: 'top',
    overflowWrap: 'break-word',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  row: { ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover } },
})

export interface Column<Row> {
  readonly key: string
  readonly title: string
  readonly render: (row: Row) => ReactNode
  /** With it the column's header sorts. */
  readonly compare?: (left: Row, right: Row) => number
  /** `end` for numbers. */
  readonly align?: 'start' | 'end'
}

/** A real table: sortable, its header stays in sight, and at phone width it scrolls by itself. */
export function DataTable<Row>(props: {
  /** What the table holds, for those who hear it. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string | number
  /** Shown instead of the table when there are no rows. */
  empty?: ReactNode
  /** Its own vertical scrollbar, for long lists. */
  bounded?: boolean
}) {
  const { caption, columns, rows, rowKey, empty, bounded = false } = props
  const styles = useStyles()
  const [order, setOrder] = useState<{ key: string; down: boolean } | null>(null)
  const sorted = useMemo(() => sortRows(rows, columns, order), [rows, columns, order])
  if (rows.length === 0 && empty) return empty
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls a wide table by its frame
      tabIndex={0}
      aria-label={caption}
      className={mergeClasses(styles.frame, bounded && styles.bounded)}
    >
      <table className={styles.table}>
        <caption className={styles.caption}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} order={order} onOrder={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={rowKey(row)} className={styles.row}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={mergeClasses(styles.cell, column.align === 'end' && styles.end)}
                >
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface Order {
  readonly key: string
  readonly down: boolean
}

function HeadCell<Row>(props: { column: Column<Row>; order: Order | null; onOrder: (order: Order) => void }) {
  const { column, order, onOrder } = props
  const styles = useStyles()
  const mine = order?.key === column.key ? order : null
  const sort = mine === null ? undefined : mine.down ? 'descending' : 'ascending'
  return (
    <th
      scope="col"
      aria-sort={sort}
      className={mergeClasses(styles.head, column.align === 'end' && styles.end)}
    >
      {column.compare ? (
        <button
          type="button"
          className={styles.sort}
          onClick={() => onOrder({ key: column.key, down: mine !== null && !mine.down })}
        >
          {column.title}
          {mine && (mine.down ? <ArrowSortDownRegular aria-hidden /> : <ArrowSortUpRegular aria-hidden />)}
        </button>
      ) : (
        column.title
      )}
    </th>
  )
}

function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | null) {
  const compare = columns.find(({ key }) => key === order?.key)?.compare
  if (!compare || order === null) return rows
  const sorted = rows.toSorted(compare)
  return order.down ? sorted.reverse() : sorted
}
