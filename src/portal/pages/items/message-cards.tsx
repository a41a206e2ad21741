import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { Facts } from '../../components/facts.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { useFormat } from '../../i18n/format.ts'
import { kindLabels } from '../../i18n/message-labels.ts'
import type { Message } from './transcript.tsx'

const useStyles = makeStyles({
  card: {
    padding: '8px 10px',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    minWidth: 0,
  },
  list: { margin: 0, paddingInlineStart: '20px' },
  parts: { margin: 0, padding: 0, listStyle: 'none', display: 'grid', gap: tokens.spacingVerticalS },
  by: { fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase200 },
})

/** What a message is besides its text: a call, a place, a poll, labelled fields, messages inside it. */
export function MessageCards({ message }: { message: Message }) {
  const styles = useStyles()
  const { call, location, poll, fields, parts } = message
  return (
    <>
      {call && <Call call={call} />}
      {location && <Location location={location} />}
      {poll && (
        <div className={styles.card}>
          <MessageText text={poll.question} />
          <Options poll={poll} />
        </div>
      )}
      {fields.length > 0 && (
        <div className={styles.card}>
          <Facts
            facts={fields.map(({ label, value }) => ({ name: label, value: <MessageText text={value} /> }))}
          />
        </div>
      )}
      {parts.length > 0 && <Parts parts={parts} />}
    </>
  )
}

const outcomes = {
  completed: 'items:call.completed',
  missed: 'items:call.missed',
  unanswered: 'items:call.unanswered',
  declined: 'items:call.declined',
  unknown: 'items:call.unknown',
} as const

function Call({ call }: { call: NonNullable<Message['call']> }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const { medium, outcome, group, durationSeconds } = call
  const kind = medium === 'video' ? t('items:call.video') : t('items:call.voice')
  return (
    <div className={styles.card}>
      {kind}
      {group && ` · ${t('items:call.group')}`} · {t(outcomes[outcome])}
      {durationSeconds !== null && ` · ${clockText(durationSeconds)}`}
    </div>
  )
}

/** `1:02:03`, or `2:03`. */
function clockText(seconds: number): string {
  const whole = Math.round(seconds)
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, place) => (place === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}

function Location({ location }: { location: NonNullable<Message['location']> }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const { title, address, latitude, longitude, live } = location
  return (
    <div className={styles.card}>
      {live && <div>{t('items:liveLocation')}</div>}
      {title && <MessageText text={title} />}
      {address && (
        <div>
          <MessageText text={address} />
        </div>
      )}
      {latitude !== null && longitude !== null && (
        <div>
          {latitude}, {longitude}
        </div>
      )}
    </div>
  )
}

function Options({ poll }: { poll: NonNullable<Message['poll']> }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const format = useFormat()
  return (
    <ul className={styles.list}>
      {poll.options.map(({ text, votes }) => (
        <li key={text}>
          <MessageText text={text} />
          {votes !== null && ` (${t('items:votes', { count: votes, number: format.number(votes) })})`}
        </li>
      ))}
    </ul>
  )
}

/** Messages that were forwarded together, each with its own; closed where many lie inside one another. */
function Parts({ parts, depth = 0 }: { parts: Message['parts']; depth?: number }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  return (
    <details className={styles.card} open={depth < 2 && parts.length <= 20}>
      <summary>{t('items:inside', { count: parts.length })}</summary>
      <ol className={styles.parts}>
        {parts.map((part, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name, and never change their order
          <li key={place}>
            <div className={styles.by}>
              <MessageText text={part.senderName ?? t(kindLabels[part.kind])} />
              {part.sentAtText && ` · ${part.sentAtText}`}
            </div>
            {part.text !== '' && <MessageText text={part.text} />}
            {part.attachmentNames.map((name) => (
              <div key={name}>
                <MessageText text={name} />
              </div>
            ))}
            {part.parts.length > 0 && <Parts parts={part.parts} depth={depth + 1} />}
          </li>
        ))}
      </ol>
    </details>
  )
}
