import { makeStyles } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  line: { whiteSpace: 'nowrap' },
})

/** A time: never broken, so that a narrow table scrolls instead. */
export function OneLine({ children }: { children: ReactNode }) {
  return <span className={useStyles().line}>{children}</span>
}
