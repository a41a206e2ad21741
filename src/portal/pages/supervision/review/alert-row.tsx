import { Checkbox, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { AttachRegular } from '@fluentui/react-icons/svg/attach'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageText } from '../../../components/message-text.tsx'
import { StatusBadge } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { kindLabels } from '../../../i18n/message-labels.ts'
import { SeverityBadge, StateBadges, TagBadge } from './badges.tsx'
import type { QueuedAlert } from './labels.ts'
import { useRuleTitles } from './use-review.ts'

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: '40px minmax(0, 1fr)',
    alignItems: 'start',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
  },
  tick: { paddingTop: '4px', paddingInlineStart: '4px' },
  link: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: '4px',
    padding: '10px 12px 10px 4px',
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  line: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '2px 6px', minWidth: 0 },
  rules: { fontWeight: tokens.fontWeightSemibold, minWidth: 0, overflowWrap: 'anywhere' },
  end: { marginInlineStart: 'auto', whiteSpace: 'nowrap' },
  excerpt: {
    display: '-webkit-box',
    WebkitBoxOrient: 'vertical',
    WebkitLineClamp: 2,
    overflow: 'hidden',
    overflowWrap: 'anywhere',
  },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

/** One alert of the queue: how serious, by which rule, the words around it, whose and when. */
export function AlertRow(props: {
  alert: QueuedAlert
  focused: boolean
  chosen: boolean
  onChoose: () => void
  onFollow: () => void
}) {
  const { alert, focused, chosen, onChoose, onFollow } = props
  const styles = useStyles()
  const { t } = useTranslation('review')
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    if (focused) link.current?.focus({ preventScroll: true })
  }, [focused])
  return (
    <div className={mergeClasses(styles.row, focused && styles.current)}>
      <span className={styles.tick}>
        <Checkbox
          aria-label={t('review:queue.choose', { id: alert.id })}
          checked={chosen}
          onChange={onChoose}
        />
      </span>
      <Link
        ref={link}
        to="/supervision/review/$id/alerts/$alert"
        params={{ id: String(alert.policyId), alert: alert.id }}
        className={styles.link}
        aria-current={focused ? 'true' : undefined}
        onClick={onFollow}
      >
        <Head alert={alert} />
        <Words alert={alert} />
      </Link>
    </div>
  )
}

function Head({ alert }: { alert: QueuedAlert }) {
  const styles = useStyles()
  const { t } = useTranslation('review')
  const format = useFormat()
  const titleOf = useRuleTitles(alert.policyId)
  return (
    <span className={styles.line}>
      <SeverityBadge severity={alert.severity} />
      <span className={styles.rules}>
        <bdi>{format.list(alert.rules.map(titleOf))}</bdi>
      </span>
      {alert.group > 1 && (
        <StatusBadge tone="quiet">
          {t('review:queue.similar', { count: alert.group - 1, number: format.number(alert.group - 1) })}
        </StatusBadge>
      )}
      {alert.tag !== null && <TagBadge tag={alert.tag} />}
      <StateBadges {...alert} />
      <span className={mergeClasses(styles.quiet, styles.end)}>
        {t('review:queue.waits')} <Time of={alert.raisedAt} show="ago" />
      </span>
    </span>
  )
}

function Words({ alert: { message, sentAt } }: { alert: QueuedAlert }) {
  const styles = useStyles()
  const { t } = useTranslation(['review', 'items'])
  if (message === null) return <span className={styles.quiet}>{t('review:message.gone')}</span>
  const { excerpt, highlights, sender, kind, attachments } = message
  return (
    <>
      <span className={styles.excerpt}>
        {excerpt === '' ? (
          <span className={styles.quiet}>{t(kindLabels[kind])}</span>
        ) : (
          <MessageText text={excerpt} marks={highlights} />
        )}
      </span>
      <span className={mergeClasses(styles.line, styles.quiet)}>
        <MessageText text={sender ?? t('items:nobody')} />
        <span aria-hidden>·</span>
        <Time of={sentAt} />
        {attachments > 0 && <AttachRegular role="img" aria-label={t('items:hasAttachments')} />}
      </span>
    </>
  )
}
