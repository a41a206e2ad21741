import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageText } from '../../components/message-text.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { eventLabels, kindLabels } from '../../i18n/message-labels.ts'
import { Attachments } from './attachments.tsx'
import { MessageCards } from './message-cards.tsx'
import type { Message } from './transcript.tsx'

const useStyles = makeStyles({
  row: { display: 'grid', justifyItems: 'start', scrollMarginBlock: '80px' },
  ownRow: { justifyItems: 'end' },
  system: { justifyItems: 'center' },
  bubble: {
    display: 'grid',
    gap: tokens.spacingVerticalXS,
    minWidth: '120px',
    maxWidth: 'min(680px, 88%)',
    boxSizing: 'border-box',
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    '@media (max-width: 640px)': { maxWidth: '96%' },
  },
  own: { backgroundColor: tokens.colorBrandBackground2 },
  gone: { border: `1px dashed ${tokens.colorPaletteRedBorder2}` },
  opened: { outline: `2px solid ${tokens.colorCompoundBrandStroke}`, outlineOffset: '1px' },
  head: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  sender: { fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase200, minWidth: 0 },
  time: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  quote: {
    margin: 0,
    padding: '4px 8px',
    borderInlineStartWidth: '3px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorNeutralStrokeAccessible,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  events: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'grid',
    gap: '2px',
    fontSize: tokens.fontSizeBase200,
  },
  link: { color: tokens.colorBrandForegroundLink },
})

/** One message, on its side, with all that became of it. */
export function MessageBubble(props: {
  message: Message
  opened: boolean
  ref?: Ref<HTMLLIElement> | undefined
}) {
  const { message, opened, ref } = props
  const styles = useStyles()
  const { t } = useTranslation('items')
  const gone = message.events.some(({ event }) => event === 'deleted' || event === 'recalled')
  return (
    <li
      ref={ref}
      className={mergeClasses(
        styles.row,
        message.own && styles.ownRow,
        message.kind === 'system' && styles.system,
      )}
    >
      <article
        aria-current={opened ? 'true' : undefined}
        className={mergeClasses(
          styles.bubble,
          message.own && styles.own,
          gone && styles.gone,
          opened && styles.opened,
        )}
      >
        <Head message={message} />
        <Reference message={message} />
        {message.text !== '' && <MessageText text={message.text} marks={message.highlights} />}
        {message.textTruncated && (
          <Link className={styles.link} to="/items/$id" params={{ id: message.id }} search={{ tab: 'email' }}>
            {t('items:readAll')}
          </Link>
        )}
        <Attachments message={message} />
        <MessageCards message={message} />
        {message.notes.map((note) => (
          <span key={note} className={styles.time} lang="en">
            {note}
          </span>
        ))}
        <Events message={message} />
      </article>
    </li>
  )
}

function Head({ message }: { message: Message }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const { kind, event, sender } = message
  return (
    <div className={styles.head}>
      <span className={styles.sender}>
        <MessageText text={sender === null ? t('items:nobody') : (sender.name ?? sender.value)} />
      </span>
      <SentAt message={message} />
      {kind !== 'text' && <StatusBadge tone="quiet">{t(kindLabels[kind])}</StatusBadge>}
      {event !== 'sent' && <StatusBadge tone="warning">{t(eventLabels[event])}</StatusBadge>}
      {message.markedEdited && event === 'sent' && (
        <StatusBadge tone="quiet">{t('items:markedEdited')}</StatusBadge>
      )}
      {message.events.some((one) => one.event === 'deleted') && (
        <StatusBadge tone="bad">{t('items:wasDeleted')}</StatusBadge>
      )}
      {message.events.some((one) => one.event === 'recalled') && (
        <StatusBadge tone="bad">{t('items:wasRecalled')}</StatusBadge>
      )}
    </div>
  )
}

/** In the reader's zone; on hover UTC and the source's own words. An ambiguous time says so. */
function SentAt({ message }: { message: Message }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const format = useFormat()
  const { sentAt, sentAtLatest, sentAtText, sentZone } = message
  const title = `${format.utc(sentAt)} · ${t('items:sourceTime', { text: sentAtText, zone: sentZone })}`
  return (
    <time className={styles.time} dateTime={sentAt} title={title}>
      {format.timeOfDay(sentAt)}
      {sentAtLatest && ` ${t('items:orLater', { time: format.timeOfDay(sentAtLatest) })}`}
    </time>
  )
}

const relations = {
  'replies-to': 'items:relation.repliesTo',
  edits: 'items:relation.edits',
  deletes: 'items:relation.deletes',
  recalls: 'items:relation.recalls',
  'reacts-to': 'items:relation.reactsTo',
  'receipt-of': 'items:relation.receiptOf',
} as const

function Reference({ message }: { message: Message }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const { refersTo } = message
  if (refersTo === null) return null
  return (
    <blockquote className={styles.quote}>
      {t(relations[refersTo.relation])}
      {refersTo.quotedSender && (
        <>
          {' '}
          <MessageText text={refersTo.quotedSender} />
        </>
      )}
      {refersTo.quotedText && (
        <div>
          <MessageText text={refersTo.quotedText} />
        </div>
      )}{' '}
      {refersTo.item && (
        <Link className={styles.link} to="/items/$id" params={{ id: refersTo.item }}>
          {t('items:seeOriginal')}
        </Link>
      )}
    </blockquote>
  )
}

/** Edits with their text, reactions, the deletion: in the order they happened. */
function Events({ message }: { message: Message }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const format = useFormat()
  if (message.events.length === 0) return null
  return (
    <ul className={styles.events} aria-label={t('items:events')}>
      {message.events.map(({ item, event, sentAt, sender, text }) => (
        <li key={`${item} ${event} ${sentAt} ${sender}`}>
          {t(eventLabels[event])}
          {sender && (
            <>
              {' '}
              · <MessageText text={sender} />
            </>
          )}{' '}
          ·{' '}
          <time dateTime={sentAt} title={format.utc(sentAt)}>
            {format.dateTime(sentAt)}
          </time>
          {text !== '' && (
            <>
              : <MessageText text={text} />
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
