import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { type Answer, call } from '../../api/client.ts'
import { ErrorNotice, Loaded } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Item } from './item-page.tsx'
import { MessageBubble } from './message-bubble.tsx'
import { People } from './people.tsx'

type Conversation = Answer<'readConversation'>
export type Message = Conversation['messages'][number]

const useStyles = makeStyles({
  frame: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    '@media (max-width: 640px)': { padding: tokens.spacingHorizontalS },
  },
  list: { display: 'grid', gap: tokens.spacingVerticalS, listStyle: 'none', margin: 0, padding: 0 },
  day: {
    justifySelf: 'center',
    margin: `${tokens.spacingVerticalS} 0`,
    padding: '2px 12px',
    borderRadius: tokens.borderRadiusCircular,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  more: { justifySelf: 'center' },
})

/** The conversation around the item, as far as its mailbox has it, opened at the item. */
export function Transcript({ item, search }: { item: Item; search: string | undefined }) {
  const marks = search === undefined ? {} : { search }
  const conversation = useCall('readConversation', { params: { id: item.id }, query: marks })
  return <Loaded call={conversation}>{(read) => <Messages item={item} first={read} marks={marks} />}</Loaded>
}

const moreAtOnce = 50

function Messages(props: { item: Item; first: Conversation; marks: { search?: string } }) {
  const { item, first, marks } = props
  const styles = useStyles()
  const { t } = useTranslation('items')
  const [pieces, setPieces] = useState<readonly Conversation[]>([first])
  const [error, setError] = useState<unknown>(null)
  const [reading, setReading] = useState(false)
  const earlier = pieces[0]!.earlier
  const later = pieces.at(-1)!.later
  const readMore = async (from: string, direction: 'before' | 'after') => {
    setReading(true)
    try {
      const counts = { before: 0, after: 0, [direction]: moreAtOnce }
      const more = await call('readConversation', { params: { id: from }, query: { ...marks, ...counts } })
      setPieces((known) => (direction === 'before' ? [more, ...known] : [...known, more]))
      setError(null)
    } catch (failure) {
      setError(failure)
    } finally {
      setReading(false)
    }
  }
  return (
    <div className={styles.frame}>
      <People conversation={first} />
      <ErrorNotice error={error} />
      {earlier && (
        <Button
          className={styles.more}
          disabledFocusable={reading}
          onClick={() => void readMore(earlier, 'before')}
        >
          {t('items:earlier')}
        </Button>
      )}
      <Days messages={distinct(pieces.flatMap(({ messages }) => messages))} opened={item.id} />
      {later && (
        <Button
          className={styles.more}
          disabledFocusable={reading}
          onClick={() => void readMore(later, 'after')}
        >
          {t('items:later')}
        </Button>
      )}
    </div>
  )
}

/** Pieces begin where the ones before ended. */
function distinct(messages: readonly Message[]): Message[] {
  return [...new Map(messages.map((message) => [message.id, message])).values()]
}

function Days({ messages, opened }: { messages: readonly Message[]; opened: string }) {
  const styles = useStyles()
  const format = useFormat()
  const at = useRef<HTMLLIElement>(null)
  useEffect(() => {
    at.current?.scrollIntoView({ block: 'center' })
  }, [])
  let day = ''
  return (
    <ol className={styles.list}>
      {messages.flatMap((message) => {
        const thisDay = format.day(message.sentAt)
        const separator = thisDay === day ? [] : [<DaySeparator key={`day ${thisDay}`} day={thisDay} />]
        day = thisDay
        return [
          ...separator,
          <MessageBubble
            key={message.id}
            message={message}
            opened={message.id === opened}
            ref={message.id === opened ? at : undefined}
          />,
        ]
      })}
    </ol>
  )
}

function DaySeparator({ day }: { day: string }) {
  const styles = useStyles()
  return <li className={styles.day}>{day}</li>
}
