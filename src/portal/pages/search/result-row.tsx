import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { AttachRegular } from '@fluentui/react-icons/svg/attach'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ItemRow } from '../../../api/endpoints/mailboxes.ts'
import { KindIcon } from '../../components/kind-icon.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { channelNames, eventLabels, kindLabels } from '../../i18n/message-labels.ts'

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: '24px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalS,
    padding: '10px 12px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    borderInlineStartWidth: '3px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: 'transparent',
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    borderInlineStartColor: tokens.colorCompoundBrandStroke,
  },
  icon: { fontSize: '20px', lineHeight: 1.1, color: tokens.colorNeutralForeground2 },
  body: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: '2px', minWidth: 0 },
  top: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    columnGap: tokens.spacingHorizontalM,
  },
  people: {
    flex: '1 1 200px',
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  from: { fontWeight: tokens.fontWeightSemibold },
  quiet: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
  snippet: {
    display: '-webkit-box',
    WebkitBoxOrient: 'vertical',
    WebkitLineClamp: 2,
    overflow: 'hidden',
    overflowWrap: 'anywhere',
  },
})

/** A hit: who to whom, the place of the hit, when, in whose mailbox. */
export function ResultRow(props: { row: ItemRow; searchId: string; current: boolean; onFollow: () => void }) {
  const { row, searchId, current, onFollow } = props
  const styles = useStyles()
  const { t } = useTranslation(['search', 'items'])
  return (
    <Link
      to="/items/$id"
      params={{ id: row.id }}
      search={{ search: searchId } as never}
      className={mergeClasses(styles.row, current && styles.current)}
      aria-current={current ? 'true' : undefined}
      onClick={onFollow}
    >
      <span className={styles.icon}>
        <KindIcon kind={row.kind} />
      </span>
      <span className={styles.body}>
        <span className={styles.top}>
          <People row={row} />
          <span className={styles.quiet}>
            <Time of={row.sentAt} />
          </span>
        </span>
        <span className={styles.snippet}>
          {row.event !== 'sent' && (
            <>
              <StatusBadge tone="warning">{t(eventLabels[row.event])}</StatusBadge>{' '}
            </>
          )}
          <MessageText text={row.snippet || row.subject} marks={row.snippet === '' ? [] : row.highlights} />
        </span>
        <span className={styles.quiet}>
          {channelNames[row.channel]} · {t(kindLabels[row.kind])}
          {row.hasAttachments && (
            <>
              {' '}
              <AttachRegular role="img" aria-label={t('search:results.hasAttachments')} />
            </>
          )}
          {' · '}
          <MessageText text={row.mailbox} /> · {row.folder}
        </span>
      </span>
    </Link>
  )
}

function People({ row }: { row: ItemRow }) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  const format = useFormat()
  const named = row.to.slice(0, 3)
  const others = row.recipients - named.length
  return (
    <span className={styles.people}>
      <span className={styles.from}>
        <MessageText oneLine text={row.from ?? t('search:results.nobody')} />
      </span>
      {named.length > 0 && (
        <>
          {' → '}
          <MessageText oneLine text={named.join(', ')} />
        </>
      )}
      {others > 0 && ` ${t('search:results.others', { count: others, number: format.number(others) })}`}
    </span>
  )
}
