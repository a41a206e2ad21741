import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { Section } from '../../../components/form.tsx'
import { MessageText } from '../../../components/message-text.tsx'
import { Time } from '../../../components/time.tsx'
import { TagBadge } from './badges.tsx'
import { type Alert, doneLabels } from './labels.ts'

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalM },
  one: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalXXS,
    paddingInlineStart: '12px',
    borderInlineStartWidth: '3px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorNeutralStroke1,
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '2px 8px' },
  what: { fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

/** All decisions, the newest last: none is ever taken away. */
export function AlertHistory({ alert: { decisions } }: { alert: Alert }) {
  const styles = useStyles()
  const { t } = useTranslation('review')
  return (
    <Section title={t('review:history.title')} text={t('review:history.text')}>
      {decisions.length === 0 ? (
        <span>{t('review:history.none')}</span>
      ) : (
        <ol className={styles.list}>
          {decisions.map(({ at, by, act, tag, comment, details }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: decisions have no ids, and are only ever added
            <li key={place} className={styles.one}>
              <span className={styles.head}>
                <span className={styles.what}>{t(doneLabels[act] ?? act)}</span>
                {tag !== null && <TagBadge tag={tag} />}
                {Object.values(details).map((detail) => (
                  <bdi key={detail}>{detail}</bdi>
                ))}
              </span>
              {comment !== '' && <MessageText text={comment} />}
              <span className={styles.quiet}>
                <bdi>{by}</bdi> · <Time of={at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}
