import { makeStyles, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { MessageText } from '../../components/message-text.tsx'
import { useFormat } from '../../i18n/format.ts'
import { eventLabels } from '../../i18n/message-labels.ts'
import type { Message } from './answers.ts'

type Event = Message['events'][number]

const useStyles = makeStyles({
  reactions: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalXS,
    listStyle: 'none',
    margin: 0,
    padding: 0,
  },
  reaction: {
    padding: '1px 8px',
    minWidth: 0,
    overflowWrap: 'anywhere',
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    fontSize: tokens.fontSizeBase200,
  },
  others: { margin: 0, padding: 0, listStyle: 'none', display: 'grid', gap: '2px' },
  other: { fontSize: tokens.fontSizeBase200, minWidth: 0 },
  link: { color: tokens.colorBrandForegroundLink },
})

/** Reactions, and who changed, deleted or received it when; what an edit changed stands with the words. */
export function MessageEvents({ events }: { events: readonly Event[] }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const reactions = events.filter(({ event }) => event === 'reacted')
  const receipts = events.filter(({ event }) => event === 'receipt')
  const others = events.filter(({ event }) => event !== 'reacted' && event !== 'receipt')
  return (
    <>
      {reactions.length > 0 && (
        <ul className={styles.reactions} aria-label={t('items:reactions')}>
          {reactions.map((reaction) => (
            <Reaction key={keyOf(reaction)} reaction={reaction} />
          ))}
        </ul>
      )}
      {others.length > 0 && <EventList events={others} />}
      {receipts.length > 0 && (
        <details className={styles.other}>
          <summary>{t('items:receipts', { count: receipts.length })}</summary>
          <EventList events={receipts} />
        </details>
      )}
    </>
  )
}

/** One person may react twice, and two at one moment. */
function keyOf({ item, event, sentAt, sender, text }: Event): string {
  return `${item} ${event} ${sentAt} ${sender} ${text}`
}

function Reaction({ reaction }: { reaction: Event }) {
  const styles = useStyles()
  const format = useFormat()
  const { sentAt, sender, text } = reaction
  return (
    <li className={styles.reaction} title={`${format.dateTime(sentAt)} · ${format.utc(sentAt)}`}>
      <MessageText text={text} /> {sender && <MessageText text={sender} />}
    </li>
  )
}

function EventList({ events }: { events: readonly Event[] }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  return (
    <ul className={styles.others} aria-label={t('items:events')}>
      {events.map((event) => (
        <OneEvent key={keyOf(event)} event={event} />
      ))}
    </ul>
  )
}

function OneEvent({ event: { item, event, sentAt, sender } }: { event: Event }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const format = useFormat()
  const label = t(eventLabels[event])
  return (
    <li className={styles.other}>
      {item === null ? (
        label
      ) : (
        <Link className={styles.link} to="/items/$id" params={{ id: item }}>
          {label}
        </Link>
      )}
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
    </li>
  )
}
