import { makeStyles, tokens } from '@fluentui/react-components'
import { Fragment, useMemo } from 'react'
import { codeOf, markedPieces, textBlocks } from './visible-text.ts'

const useStyles = makeStyles({
  text: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', unicodeBidi: 'isolate' },
  block: {
    display: 'block',
    contentVisibility: 'auto',
    containIntrinsicSize: 'auto 320px auto 500px',
  },
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

const blockLengthMax = 2_000

type Marks = readonly (readonly [number, number])[]

/**
 * What people wrote: text and nothing else, in its own direction, with hits marked and hidden characters shown as
 * their codes. On one line it is cut by whatever it stands in. A very long one is drawn as far as it is in sight.
 */
export function MessageText({
  text,
  marks = [],
  oneLine = false,
}: {
  text: string
  marks?: Marks
  oneLine?: boolean
}) {
  const styles = useStyles()
  const blocks = useMemo(() => (oneLine ? [] : textBlocks(text, blockLengthMax)), [text, oneLine])
  return (
    <bdi dir="auto" className={oneLine ? styles.line : styles.text}>
      {blocks.length < 2 ? (
        <Pieces text={text} marks={marks} />
      ) : (
        blocks.map(([start, end]) => (
          <span key={start} className={styles.block}>
            <Pieces
              text={withoutLastBreak(text.slice(start, end))}
              marks={marks.map(([from, to]) => [from - start, to - start])}
            />
          </span>
        ))
      )}
    </bdi>
  )
}

/** A block begins on a line of its own already. */
function withoutLastBreak(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) || '\u00a0' : text
}

function Pieces({ text, marks }: { text: string; marks: Marks }) {
  const styles = useStyles()
  const pieces = useMemo(() => markedPieces(text, marks), [text, marks])
  return pieces.map(({ at, text: piece, hidden, marked }) => {
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
      <Fragment key={at}>{piece}</Fragment>
    )
  })
}
