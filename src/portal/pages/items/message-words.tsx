import { makeStyles, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Time } from '../../components/time.tsx'
import type { Message } from './answers.ts'
import { LongText } from './long-text.tsx'

const useStyles = makeStyles({
  link: { color: tokens.colorBrandForegroundLink },
  earlier: { fontSize: tokens.fontSizeBase200, minWidth: 0 },
  versions: { margin: 0, paddingInlineStart: '20px' },
})

/** What was said, as it reads after its last edit; the versions before it lie folded beneath. */
export function MessageWords({ message, opened }: { message: Message; opened: boolean }) {
  const edits = message.events.filter(({ event, text }) => event === 'edited' && text !== '')
  const last = edits.at(-1)
  if (!last) return <Words message={message} opened={opened} />
  return (
    <>
      <LongText text={last.text} open={opened} />
      <EarlierVersions message={message} edits={edits} />
    </>
  )
}

function Words({ message, opened }: { message: Message; opened: boolean }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const { id, text, highlights, textTruncated } = message
  if (text === '') return null
  return (
    <>
      <LongText text={text} marks={highlights} open={opened} />
      {textTruncated && !opened && (
        <Link className={styles.link} to="/items/$id" params={{ id }}>
          {t('items:readAll')}
        </Link>
      )}
    </>
  )
}

/** Of an earlier text the hits are marked: that is the text which was found. */
function EarlierVersions({ message, edits }: { message: Message; edits: Message['events'] }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const earlier = [
    { at: message.sentAt, text: message.text, marks: message.highlights },
    ...edits.slice(0, -1).map(({ sentAt, text }) => ({ at: sentAt, text, marks: [] })),
  ]
  return (
    <details className={styles.earlier} open={message.highlights.length > 0}>
      <summary>{t('items:earlierVersions', { count: earlier.length })}</summary>
      <ol className={styles.versions}>
        {earlier.map(({ at, text, marks }) => (
          <li key={at}>
            <Time of={at} />
            <LongText text={text} marks={marks} open={marks.length > 0} />
          </li>
        ))}
      </ol>
    </details>
  )
}
