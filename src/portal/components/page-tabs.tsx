import { makeStyles, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

const useStyles = makeStyles({
  list: {
    display: 'flex',
    gap: tokens.spacingHorizontalXS,
    overflowX: 'auto',
    listStyle: 'none',
    margin: `0 0 ${tokens.spacingVerticalL}`,
    padding: 0,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  tab: {
    display: 'block',
    padding: '10px 12px 8px',
    whiteSpace: 'nowrap',
    textDecorationLine: 'none',
    color: tokens.colorNeutralForeground2,
    borderBottom: '3px solid transparent',
    ':hover': { color: tokens.colorNeutralForeground1, borderBottomColor: tokens.colorNeutralStroke1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
    '&[aria-current="page"]': {
      color: tokens.colorNeutralForeground1,
      fontWeight: tokens.fontWeightSemibold,
      borderBottomColor: tokens.colorCompoundBrandStroke,
    },
  },
})

export interface PageTab {
  readonly to: string
  readonly label: string
  /** Where the parts differ by a word behind the `?`: then which of them is open. */
  readonly search?: Readonly<Record<string, string | undefined>>
  readonly open?: boolean
}

/** Parts of an area that have addresses of their own. */
export function PageTabs({ label, tabs }: { label: string; tabs: readonly PageTab[] }) {
  const styles = useStyles()
  const list = useRef<HTMLUListElement>(null)
  // On a phone the open one may lie beyond the edge.
  useEffect(() => {
    const open = list.current?.querySelector('[aria-current="page"]')
    open?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [])
  return (
    <nav aria-label={label} className="not-printed">
      <ul ref={list} className={styles.list}>
        {tabs.map((tab) => (
          <li key={tab.label}>
            <Link
              to={tab.to}
              className={styles.tab}
              activeOptions={{ exact: true, includeSearch: tab.search !== undefined }}
              {...(tab.search ? { search: tab.search as never, replace: true } : {})}
              {...(tab.open === undefined ? {} : { 'aria-current': tab.open ? 'page' : undefined })}
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
