import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { AttachRegular } from '@fluentui/react-icons/svg/attach'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../../api/session.ts'
import { Section } from '../../../components/form.tsx'
import { MessageText } from '../../../components/message-text.tsx'
import { Notice } from '../../../components/notices.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { StatusBadge } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { eventLabels, kindLabels } from '../../../i18n/message-labels.ts'
import type { Alert } from './labels.ts'

type Message = NonNullable<Alert['messages']>[number]

const useStyles = makeStyles({
  list: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalS,
    listStyle: 'none',
    margin: 0,
    padding: 0,
  },
  message: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalXS,
    boxSizing: 'border-box',
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  alerted: {
    backgroundColor: tokens.colorNeutralBackground1,
    outline: `2px solid ${tokens.colorCompoundBrandStroke}`,
    outlineOffset: '1px',
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '2px 8px' },
  sender: { fontWeight: tokens.fontWeightSemibold, minWidth: 0, overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  files: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: '2px' },
  file: { display: 'flex', flexWrap: 'wrap', gap: '2px 6px', alignItems: 'center', minWidth: 0 },
})

/** What was said, with the hits marked, as much around it as the person may see. */
export function AlertMessages({ alert }: { alert: Alert }) {
  const styles = useStyles()
  const { t } = useTranslation('review')
  const may = useMay()
  const { messages, item, namesShown } = alert
  const shown = messages ?? []
  return (
    <Section
      title={shown.length > 1 ? t('review:message.conversation') : t('review:message.title')}
      text={namesShown ? undefined : t('review:message.pseudonyms')}
    >
      {!shown.some(({ alerted }) => alerted) && <Notice>{t('review:message.gone')}</Notice>}
      {shown.length > 0 && (
        <ol className={styles.list}>
          {shown.map((message, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they have no ids, and none ever moves
            <li key={place}>
              <OneMessage message={message} />
            </li>
          ))}
        </ol>
      )}
      {item !== null && may('readItem') && (
        <div>
          <PageLink to={`/items/${item}`}>{t('review:message.item')}</PageLink>
        </div>
      )}
    </Section>
  )
}

function OneMessage({ message }: { message: Message }) {
  const styles = useStyles()
  const { t } = useTranslation(['items', 'review'])
  const format = useFormat()
  const { alerted, sender, sentAt, kind, event, text, textTruncated, highlights, attachments } = message
  return (
    <article
      className={mergeClasses(styles.message, alerted && styles.alerted)}
      aria-current={alerted ? 'true' : undefined}
    >
      <div className={styles.head}>
        <span className={styles.sender}>
          <MessageText text={sender ?? t('items:nobody')} />
        </span>
        <span className={styles.quiet}>
          <Time of={sentAt} />
        </span>
        {kind !== 'text' && <StatusBadge tone="quiet">{t(kindLabels[kind])}</StatusBadge>}
        {event !== 'sent' && <StatusBadge tone="warning">{t(eventLabels[event])}</StatusBadge>}
      </div>
      {text !== '' && <MessageText text={text} marks={highlights} />}
      {textTruncated && <span className={styles.quiet}>{t('review:message.cut')}</span>}
      {attachments.length > 0 && (
        <ul className={styles.files}>
          {attachments.map(({ name, type, bytes }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and none ever moves
            <li key={place} className={styles.file}>
              <AttachRegular aria-hidden />
              <MessageText text={name} />
              <span className={styles.quiet}>
                {type} · {format.bytes(bytes)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}
