import { makeStyles } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  line: { whiteSpace: 'nowrap' },
  words: { display: 'block', minWidth: '112px', overflowWrap: 'break-word' },
})

/** A date, a time, a file's name: never broken, so that a narrow table scrolls instead. */
export function OneLine({ children }: { children: ReactNode }) {
  return <span className={useStyles().line}>{children}</span>
}

/** A name or a few words, with room for a word. */
export function Words({ children }: { children: ReactNode }) {
  return <span className={useStyles().words}>{children}</span>
}
