import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageText } from '../../components/message-text.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { eventLabels, kindLabels } from '../../i18n/message-labels.ts'
import { type Message, messageAnchor } from './answers.ts'
import { Attachments } from './attachments.tsx'
import { MessageCards } from './message-cards.tsx'
import { MessageEvents } from './message-events.tsx'
import { MessageReference } from './message-reference.tsx'
import { MessageWords } from './message-words.tsx'
import { SentAt } from './sent-at.tsx'

const useStyles = makeStyles({
  row: {
    display: 'grid',
    justifyItems: 'start',
    minWidth: 0,
    scrollMarginBlock: '64px 16px',
    outlineStyle: 'none',
    ':focus-visible > article': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  ownRow: { justifyItems: 'end' },
  middle: { justifyItems: 'center' },
  bubble: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalXS,
    minWidth: 'min(120px, 100%)',
    maxWidth: 'min(680px, 88%)',
    boxSizing: 'border-box',
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    breakInside: 'avoid',
    '@media (max-width: 640px)': { maxWidth: '96%' },
  },
  own: { backgroundColor: tokens.colorBrandBackground2 },
  gone: { border: `1px dashed ${tokens.colorPaletteRedBorder2}` },
  opened: { outline: `2px solid ${tokens.colorCompoundBrandStroke}`, outlineOffset: '1px' },
  head: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  sender: {
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase200,
    minWidth: 0,
    overflowWrap: 'anywhere',
  },
  note: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

/** One message, on its side, with all that became of it. */
export function MessageBubble(props: {
  message: Message
  opened: boolean
  /** Notes that are said once for all messages. */
  notedAbove: ReadonlySet<string>
  ref?: Ref<HTMLLIElement> | undefined
}) {
  const { message, opened, notedAbove, ref } = props
  const styles = useStyles()
  const gone = message.events.some(({ event }) => event === 'deleted' || event === 'recalled')
  const aside = message.kind === 'system' || message.event === 'reacted' || message.event === 'receipt'
  const notes = message.notes.filter((note) => !notedAbove.has(note))
  return (
    <li
      ref={ref}
      id={messageAnchor(message.id)}
      tabIndex={-1}
      className={mergeClasses(styles.row, message.own && styles.ownRow, aside && styles.middle)}
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
        <Head message={message} opened={opened} />
        <MessageReference message={message} />
        <MessageWords message={message} opened={opened} />
        <Attachments message={message} />
        <MessageCards message={message} />
        {notes.map((note) => (
          <span key={note} className={styles.note} lang="en">
            <MessageText text={note} />
          </span>
        ))}
        <MessageEvents events={message.events} />
      </article>
    </li>
  )
}

function Head({ message, opened }: { message: Message; opened: boolean }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const { kind, event, sender } = message
  return (
    <div className={styles.head}>
      <span className={styles.sender}>
        <MessageText text={sender === null ? t('items:nobody') : (sender.name ?? sender.value)} />
      </span>
      <SentAt message={message} opened={opened} />
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
