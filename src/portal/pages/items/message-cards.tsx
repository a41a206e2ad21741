import { makeStyles, tokens } from '@fluentui/react-components'
import { CallRegular } from '@fluentui/react-icons/svg/call'
import { LocationRegular } from '@fluentui/react-icons/svg/location'
import { PollRegular } from '@fluentui/react-icons/svg/poll'
import { VideoRegular } from '@fluentui/react-icons/svg/video'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageText } from '../../components/message-text.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Message } from './answers.ts'
import { clockText } from './clock-text.ts'
import { ForwardedParts } from './forwarded-parts.tsx'

const useStyles = makeStyles({
  card: {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalS,
    padding: '8px 10px',
    minWidth: 0,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  icon: { fontSize: '20px', lineHeight: 1, color: tokens.colorNeutralForeground2 },
  list: { margin: 0, paddingInlineStart: '20px' },
  fields: {
    display: 'grid',
    gridTemplateColumns: 'fit-content(40%) minmax(0, 1fr)',
    gap: `2px ${tokens.spacingHorizontalM}`,
    gridColumn: '1 / -1',
    margin: 0,
  },
  label: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  value: { margin: 0, minWidth: 0, overflowWrap: 'anywhere' },
})

/** What a message is besides its text: a call, a place, a poll, labelled fields, messages inside it. */
export function MessageCards({ message }: { message: Message }) {
  const { call, location, poll, fields, parts } = message
  return (
    <>
      {call && <Call call={call} />}
      {location && <Location location={location} />}
      {poll && <Poll poll={poll} />}
      {fields.length > 0 && <Fields fields={fields} />}
      {parts.length > 0 && <ForwardedParts parts={parts} />}
    </>
  )
}

function Card({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  const styles = useStyles()
  return (
    <div className={styles.card}>
      <span className={styles.icon} aria-hidden>
        {icon}
      </span>
      <div>{children}</div>
    </div>
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
  const { t } = useTranslation('items')
  const { medium, outcome, group, durationSeconds } = call
  return (
    <Card icon={medium === 'video' ? <VideoRegular /> : <CallRegular />}>
      {medium === 'video' ? t('items:call.video') : t('items:call.voice')}
      {group && ` · ${t('items:call.group')}`} · {t(outcomes[outcome])}
      {durationSeconds !== null && ` · ${clockText(durationSeconds)}`}
    </Card>
  )
}

function Location({ location }: { location: NonNullable<Message['location']> }) {
  const { t } = useTranslation('items')
  const { title, address, latitude, longitude, live } = location
  return (
    <Card icon={<LocationRegular />}>
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
    </Card>
  )
}

function Poll({ poll }: { poll: NonNullable<Message['poll']> }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const format = useFormat()
  return (
    <Card icon={<PollRegular />}>
      <MessageText text={poll.question} />
      <ul className={styles.list}>
        {poll.options.map(({ text, votes }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two options may read the same, and none ever moves
          <li key={place}>
            <MessageText text={text} />
            {votes !== null && ` (${t('items:votes', { count: votes, number: format.number(votes) })})`}
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** A card's lines, and what nobody understood of an unknown type: label beside value, as the source names them. */
function Fields({ fields }: { fields: Message['fields'] }) {
  const styles = useStyles()
  return (
    <div className={styles.card}>
      <dl className={styles.fields}>
        {fields.map(({ label, value }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a label may come twice, and none ever moves
          <Field key={place} label={label} value={value} />
        ))}
      </dl>
    </div>
  )
}

function Field({ label, value }: { label: string; value: string }) {
  const styles = useStyles()
  return (
    <>
      <dt className={styles.label}>
        <MessageText text={label} />
      </dt>
      <dd className={styles.value}>
        <MessageText text={value} />
      </dd>
    </>
  )
}
