import { makeStyles, tokens } from '@fluentui/react-components'
import { Link, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import type { Message } from './answers.ts'

const useStyles = makeStyles({
  time: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    textDecorationLine: 'none',
    ':hover': { textDecorationLine: 'underline' },
  },
})

/**
 * In the reader's zone; on hover UTC and the source's own words. An ambiguous time gives both readings with their
 * zones. Leads to the message as an item of its own.
 */
export function SentAt({ message, opened }: { message: Message; opened: boolean }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const format = useFormat()
  const { search } = useSearch({ from: '/signed-in/items/$id' })
  const { id, sentAt, sentAtLatest, sentAtText, sentZone } = message
  const title = `${format.utc(sentAt)} · ${t('items:sourceTime', { text: sentAtText, zone: sentZone })}`
  const zoned = new Intl.DateTimeFormat(format.language, {
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: format.timeZone,
  })
  const time = (
    <time dateTime={sentAt} title={title}>
      {sentAtLatest === null
        ? format.timeOfDay(sentAt)
        : t('items:eitherTime', {
            earlier: zoned.format(new Date(sentAt)),
            later: zoned.format(new Date(sentAtLatest)),
          })}
    </time>
  )
  if (opened) return <span className={styles.time}>{time}</span>
  return (
    <Link to="/items/$id" params={{ id }} search={search ? { search } : {}} className={styles.time}>
      {time}
    </Link>
  )
}
