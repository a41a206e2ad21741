import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { MessageText } from '../../components/message-text.tsx'
import { ErrorNotice, Loaded } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Conversation, type Item, type Message, messageAnchor } from './answers.ts'
import { MessageBubble } from './message-bubble.tsx'
import { notesOfAll } from './notes.ts'
import { People } from './people.tsx'

const useStyles = makeStyles({
  frame: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    '@media (max-width: 640px)': { padding: tokens.spacingHorizontalS },
  },
  list: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalS,
    listStyle: 'none',
    margin: 0,
    padding: 0,
  },
  day: {
    justifySelf: 'center',
    margin: `${tokens.spacingVerticalS} 0`,
    padding: '2px 12px',
    borderRadius: tokens.borderRadiusCircular,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  more: { justifySelf: 'center', overflowAnchor: 'none' },
  note: { margin: 0, fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
})

/** The conversation around the item, as far as its mailbox has it, opened at the item. */
export function Transcript({ item, search }: { item: Item; search: string | undefined }) {
  const marks = search === undefined ? {} : { search }
  const conversation = useCall('readConversation', { params: { id: item.id }, query: marks })
  return <Loaded call={conversation}>{(read) => <Messages item={item} first={read} marks={marks} />}</Loaded>
}

const moreAtOnce = 50

type Marks = { readonly search?: string }

function Messages({ item, first, marks }: { item: Item; first: Conversation; marks: Marks }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const { pieces, error, reading, readMore } = usePiecesOf(first, marks)
  const earlier = pieces[0]!.earlier
  const later = pieces.at(-1)!.later
  // The item itself was read whole; among the others of the conversation its text may be cut.
  const messages = distinct(pieces.flatMap((piece) => piece.messages)).map((message) =>
    message.id === item.id
      ? { ...message, text: item.message.text, highlights: item.message.highlights }
      : message,
  )
  const notedAbove = notesOfAll(messages)
  return (
    <div className={styles.frame}>
      <People conversation={first} />
      {[...notedAbove].map((note) => (
        <p key={note} className={styles.note}>
          {t('items:aboutAll')}{' '}
          <span lang="en">
            <MessageText text={note} />
          </span>
        </p>
      ))}
      <ErrorNotice error={error} />
      {earlier && (
        <Button
          className={styles.more}
          disabledFocusable={reading}
          onClick={() => readMore(earlier, 'before')}
        >
          {t('items:earlier')}
        </Button>
      )}
      <Days messages={messages} opened={item.id} notedAbove={notedAbove} />
      {later && (
        <Button className={styles.more} disabledFocusable={reading} onClick={() => readMore(later, 'after')}>
          {t('items:later')}
        </Button>
      )}
    </div>
  )
}

/** What was read of the conversation, and more of it; whoever reads stays where he is when more comes before. */
function usePiecesOf(first: Conversation, marks: Marks) {
  const [pieces, setPieces] = useState<readonly Conversation[]>([first])
  const [error, setError] = useState<unknown>(null)
  const [reading, setReading] = useState(false)
  const kept = useRef<{ readonly id: string; readonly top: number } | null>(null)
  const readMore = async (from: string, direction: 'before' | 'after') => {
    setReading(true)
    try {
      const counts = { before: 0, after: 0, [direction]: moreAtOnce }
      const more = await call('readConversation', { params: { id: from }, query: { ...marks, ...counts } })
      kept.current = { id: from, top: topOf(from) }
      setPieces((known) => (direction === 'before' ? [more, ...known] : [...known, more]))
      setError(null)
    } catch (failure) {
      setError(failure)
    } finally {
      setReading(false)
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: when more has been drawn
  useLayoutEffect(() => {
    if (kept.current === null) return
    const { id, top } = kept.current
    kept.current = null
    scrollBy({ top: topOf(id) - top, behavior: 'instant' })
    // The button may be gone, and the focus with it.
    if (document.activeElement === document.body) {
      document.getElementById(messageAnchor(id))?.focus({ preventScroll: true })
    }
  }, [pieces])
  return {
    pieces,
    error,
    reading,
    readMore: (...more: Parameters<typeof readMore>) => void readMore(...more),
  }
}

function topOf(id: string): number {
  return document.getElementById(messageAnchor(id))?.getBoundingClientRect().top ?? 0
}

/** Pieces begin where the ones before ended. */
function distinct(messages: readonly Message[]): Message[] {
  return [...new Map(messages.map((message) => [message.id, message])).values()]
}

function Days(props: { messages: readonly Message[]; opened: string; notedAbove: ReadonlySet<string> }) {
  const { messages, opened, notedAbove } = props
  const styles = useStyles()
  const format = useFormat()
  const at = useRef<HTMLLIElement>(null)
  useLayoutEffect(() => {
    showOpened(at.current)
    // What was read before is drawn at once, and only then does the router go to the top of its new page.
    const frame = requestAnimationFrame(() => showOpened(at.current))
    return () => cancelAnimationFrame(frame)
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
            notedAbove={notedAbove}
            ref={message.id === opened ? at : undefined}
          />,
        ]
      })}
    </ol>
  )
}

function showOpened(element: HTMLElement | null): void {
  const fits = element !== null && element.offsetHeight < innerHeight * 0.6
  element?.scrollIntoView({ block: fits ? 'center' : 'start' })
}

function DaySeparator({ day }: { day: string }) {
  const styles = useStyles()
  return <li className={styles.day}>{day}</li>
}
