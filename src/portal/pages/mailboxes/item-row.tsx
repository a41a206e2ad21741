import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { AttachRegular } from '@fluentui/react-icons/svg/attach'
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ItemRow as Row } from '../../../api/endpoints/mailboxes.ts'
import { KindIcon } from '../../components/kind-icon.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { channelNames, eventLabels, kindLabels } from '../../i18n/message-labels.ts'

/** Pixels; every row has them, so that a list of a million can be scrolled. */
export const rowHeight = 60

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: '24px minmax(0, 1fr) auto',
    columnGap: tokens.spacingHorizontalS,
    alignItems: 'center',
    height: `${rowHeight}px`,
    boxSizing: 'border-box',
    padding: '4px 12px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
  },
  icon: { fontSize: '20px', lineHeight: 1, color: tokens.colorNeutralForeground2 },
  chosen: { color: tokens.colorBrandForeground1 },
  words: { display: 'grid', gap: '2px', minWidth: 0 },
  line: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  people: { display: 'flex', columnGap: '6px', minWidth: 0 },
  from: { fontWeight: tokens.fontWeightSemibold, flex: '0 1 auto' },
  to: { flex: '0 2 auto', color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  more: { flex: 'none', color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  wideOnly: { '@media (max-width: 640px)': { display: 'none' } },
  snippet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  end: {
    display: 'grid',
    justifyItems: 'end',
    gap: '2px',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    whiteSpace: 'nowrap',
  },
  waiting: {
    display: 'block',
    height: '12px',
    borderRadius: '4px',
    backgroundColor: tokens.colorNeutralStencil1,
  },
})

/** One item of a list: who, when, what it begins with. Null while it is read. */
export function ItemRow(props: { row: Row | null; current: boolean; chosen: boolean; onFollow: () => void }) {
  const { row, current, chosen, onFollow } = props
  const styles = useStyles()
  const { t } = useTranslation('items')
  if (row === null) {
    return (
      <div className={styles.row} aria-hidden>
        <span />
        <span className={styles.waiting} />
      </div>
    )
  }
  return (
    <Link
      to="/items/$id"
      params={{ id: row.id }}
      className={mergeClasses(styles.row, current && styles.current)}
      aria-current={current ? 'true' : undefined}
      onClick={onFollow}
    >
      <span className={mergeClasses(styles.icon, chosen && styles.chosen)}>
        {chosen ? (
          <CheckmarkCircleFilled aria-label={t('items:chosen')} role="img" />
        ) : (
          <KindIcon kind={row.kind} />
        )}
      </span>
      <span className={styles.words}>
        <People row={row} />
        <span className={styles.line}>
          {row.event !== 'sent' && (
            <>
              <StatusBadge tone="warning">{t(eventLabels[row.event])}</StatusBadge>{' '}
            </>
          )}
          <span className={styles.snippet}>
            {row.snippet === '' ? (
              <MessageText oneLine text={row.subject} />
            ) : (
              <MessageText oneLine text={row.snippet} marks={row.highlights} />
            )}
          </span>
        </span>
      </span>
      <span className={styles.end}>
        <Time of={row.sentAt} />
        <span>
          {row.hasAttachments && <AttachRegular aria-label={t('items:hasAttachments')} role="img" />}{' '}
          {channelNames[row.channel]} · {t(kindLabels[row.kind])}
        </span>
      </span>
    </Link>
  )
}

/** Who to whom, on one line: long names of either give way. */
function People({ row }: { row: Row }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const format = useFormat()
  const [first] = row.to
  const others = row.recipients - 1
  return (
    <span className={styles.people}>
      <span className={mergeClasses(styles.line, styles.from)}>
        <MessageText oneLine text={row.from ?? t('items:nobody')} />
      </span>
      {first !== undefined && (
        <span className={mergeClasses(styles.line, styles.to, styles.wideOnly)}>
          <span role="img" aria-label={t('items:role.to')}>
            →
          </span>{' '}
          <MessageText oneLine text={first} />
        </span>
      )}
      {others > 0 && (
        <span className={mergeClasses(styles.more, styles.wideOnly)}>
          {t('items:morePeople', { count: others, number: format.number(others) })}
        </span>
      )}
    </span>
  )
}
