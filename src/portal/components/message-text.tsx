import { makeStyles, tokens } from '@fluentui/react-components'
import { useMemo } from 'react'
import { codeOf, markedPieces } from './visible-text.ts'

const useStyles = makeStyles({
  text: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', unicodeBidi: 'isolate' },
  line: { whiteSpace: 'pre', unicodeBidi: 'isolate' },
  hidden: {
    margin: '0 1px',
    padding: '0 3px',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase100,
    borderRadius: tokens.borderRadiusSmall,
    color: tokens.colorNeutralForeground2,
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
  },
  mark: {
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorPaletteYellowBackground2,
    borderRadius: '2px',
  },
})

/**
 * What people wrote: text and nothing else, in its own direction, with hits marked and hidden characters shown as
 * their codes. On one line it is cut by whatever it stands in.
 */
export function MessageText({
  text,
  marks = [],
  oneLine = false,
}: {
  text: string
  marks?: readonly (readonly [number, number])[]
  oneLine?: boolean
}) {
  const styles = useStyles()
  const pieces = useMemo(() => markedPieces(text, marks), [text, marks])
  return (
    <bdi dir="auto" className={oneLine ? styles.line : styles.text}>
      {pieces.map(({ at, text: piece, hidden, marked }) => {
        if (hidden) {
          return (
            <span key={at} className={styles.hidden}>
              {codeOf(piece)}
            </span>
          )
        }
        return marked ? (
          <mark key={at} className={styles.mark}>
            {piece}
          </mark>
        ) : (
          piece
        )
      })}
    </bdi>
  )
}
