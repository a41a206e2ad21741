import { makeStyles, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  link: {
    color: tokens.colorBrandForegroundLink,
    overflowWrap: 'break-word',
    ':hover': { color: tokens.colorBrandForegroundLinkHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
})

/** A link to a page of the portal, in a table or a sentence. */
export function PageLink(props: {
  to: string
  /** What stands behind the `?`. */
  search?: Readonly<Record<string, string>>
  children: ReactNode
}) {
  const { to, search, children } = props
  return (
    <Link to={to} className={useStyles().link} {...(search ? { search: search as never } : {})}>
      {children}
    </Link>
  )
}
