import { makeStyles, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageText } from '../../components/message-text.tsx'
import { type Message, messageAnchor } from './answers.ts'

const useStyles = makeStyles({
  quote: {
    margin: 0,
    padding: '4px 8px',
    minWidth: 0,
    borderInlineStartWidth: '3px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorNeutralStrokeAccessible,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  said: {
    display: '-webkit-box',
    WebkitBoxOrient: 'vertical',
    WebkitLineClamp: 4,
    overflow: 'hidden',
    '@media print': { display: 'block' },
  },
  link: { color: tokens.colorBrandForegroundLink },
})

const relations = {
  'replies-to': 'items:relation.repliesTo',
  edits: 'items:relation.edits',
  deletes: 'items:relation.deletes',
  recalls: 'items:relation.recalls',
  'reacts-to': 'items:relation.reactsTo',
  'receipt-of': 'items:relation.receiptOf',
} as const

/** What the message is about: a reply's quote, or the original of an edit, a reaction, a deletion. */
export function MessageReference({ message }: { message: Message }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const { refersTo, event, text } = message
  if (refersTo === null) return null
  const { item, relation, quotedSender } = refersTo
  // Some sources write the quote into the text; that a deletion deletes, its own mark says.
  const quoted = refersTo.quotedText && !text.includes(refersTo.quotedText) ? refersTo.quotedText : null
  if (item === null && quoted === null && event !== 'sent') return null
  return (
    <blockquote className={styles.quote}>
      {t(relations[relation])}
      {quotedSender && (
        <>
          {' '}
          <MessageText text={quotedSender} />
        </>
      )}{' '}
      {item !== null && (
        <Link
          className={styles.link}
          to="/items/$id"
          params={{ id: item }}
          onClick={(event) => goToShown(event, item)}
        >
          {t('items:seeOriginal')}
        </Link>
      )}
      {quoted !== null && (
        <div className={styles.said}>
          <MessageText text={quoted} />
        </div>
      )}
    </blockquote>
  )
}

/** Where the original is in the page already, one goes there and stays in the conversation. */
function goToShown(event: MouseEvent, item: string): void {
  const shown = document.getElementById(messageAnchor(item))
  if (!shown || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  shown.scrollIntoView({ block: 'center' })
  shown.focus({ preventScroll: true })
}
