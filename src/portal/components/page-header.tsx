import { makeStyles, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageText } from './message-text.tsx'

const useStyles = makeStyles({
  header: { marginBottom: tokens.spacingVerticalL },
  crumbs: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalXS,
    listStyle: 'none',
    margin: 0,
    padding: 0,
    marginBottom: tokens.spacingVerticalXS,
    fontSize: tokens.fontSizeBase200,
    '& a': { color: tokens.colorBrandForegroundLink },
  },
  row: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center' },
  title: {
    margin: 0,
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
    flexGrow: 1,
    minWidth: 0,
    overflowWrap: 'anywhere',
    outlineStyle: 'none',
  },
  lead: {
    margin: `${tokens.spacingVerticalXS} 0 0`,
    maxWidth: '72ch',
    color: tokens.colorNeutralForeground2,
  },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
})

export interface Crumb {
  readonly label: string
  readonly to: string
}

/** The page's only `h1`: sets the document's title and takes the focus when one comes from another page. */
export function PageHeader(props: {
  title: string
  lead?: ReactNode
  crumbs?: readonly Crumb[]
  actions?: ReactNode
}) {
  const { title, lead, crumbs = [], actions } = props
  const styles = useStyles()
  const { t } = useTranslation('general')
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t('general:product')}`
  }, [title, t])
  useEffect(() => {
    if (navigated()) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <header className={styles.header}>
      {crumbs.length > 0 && (
        <nav aria-label={t('general:breadcrumbs')} className="not-printed">
          <ol className={styles.crumbs}>
            {crumbs.map(({ label, to }) => (
              <li key={to}>
                <Link to={to}>
                  <MessageText text={label} />
                </Link>{' '}
                <span aria-hidden>›</span>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className={styles.row}>
        <h1 ref={heading} tabIndex={-1} className={styles.title}>
          <MessageText text={title} />
        </h1>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {lead && <div className={styles.lead}>{lead}</div>}
    </header>
  )
}

/** The first page leaves the focus at the top, where the skip link is. */
function navigated(): boolean {
  const { __TSR_index = 0 } = (history.state ?? {}) as { __TSR_index?: number }
  return __TSR_index > 0
}
