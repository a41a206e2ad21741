import { makeStyles, tokens } from '@fluentui/react-components'
import { Fragment } from 'react'

const useStyles = makeStyles({
  heading: { margin: `0 0 ${tokens.spacingVerticalS}`, fontSize: tokens.fontSizeBase400 },
  list: { margin: 0, paddingInlineStart: '24px', display: 'grid', gap: tokens.spacingVerticalS },
  paragraph: { margin: `0 0 ${tokens.spacingVerticalS}` },
})

/** Headings, numbered points, paragraphs and bold words of the terms; whatever else is in them is shown as it stands. */
export function TermsText({ markdown }: { markdown: string }) {
  const styles = useStyles()
  return blocksOf(markdown).map(({ type, lines }) => {
    const key = lines.join('\n')
    if (type === 'heading') {
      return (
        <h3 key={key} className={styles.heading}>
          <Bold text={lines[0]!} />
        </h3>
      )
    }
    if (type === 'list') {
      return (
        <ol key={key} className={styles.list}>
          {lines.map((line) => (
            <li key={line}>
              <Bold text={line} />
            </li>
          ))}
        </ol>
      )
    }
    return (
      <p key={key} className={styles.paragraph}>
        <Bold text={lines.join(' ')} />
      </p>
    )
  })
}

interface Block {
  readonly type: 'heading' | 'list' | 'paragraph'
  readonly lines: string[]
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let open = false
  for (const line of markdown.split(/\r?\n/).map((one) => one.trim())) {
    const heading = /^#{1,4} +(.*)$/.exec(line)?.[1]
    const point = /^(?:\d+\.|[-*]) +(.*)$/.exec(line)?.[1]
    const type = heading !== undefined ? 'heading' : point !== undefined ? 'list' : 'paragraph'
    const last = blocks.at(-1)
    if (line === '') open = type === 'list'
    else if (last && open && last.type === type && type !== 'heading') last.lines.push(point ?? line)
    else blocks.push({ type, lines: [heading ?? point ?? line] })
    if (line !== '') open = true
  }
  return blocks
}

/** `**so**`; every odd piece is bold. */
function Bold({ text }: { text: string }) {
  return text
    .split('**')
    .map((piece, place) =>
      place % 2 === 1 ? <strong key={piece}>{piece}</strong> : <Fragment key={piece}>{piece}</Fragment>,
    )
}
