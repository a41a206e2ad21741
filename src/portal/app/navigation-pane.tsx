import { makeStyles, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { mayCall, useSession } from '../api/session.ts'
import { areas } from './navigation.ts'

const useStyles = makeStyles({
  pane: {
    width: '216px',
    flexShrink: 0,
    boxSizing: 'border-box',
    padding: '12px 8px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 640px)': { display: 'none' },
  },
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: '2px' },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: '10px',
    padding: '8px 10px',
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    overflowWrap: 'anywhere',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
    '&[aria-current="page"], &[data-status="active"]': {
      backgroundColor: tokens.colorNeutralBackground1Selected,
      boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
      fontWeight: tokens.fontWeightSemibold,
    },
    '& svg': { fontSize: '20px', flexShrink: 0 },
  },
})

export function NavigationPane() {
  const styles = useStyles()
  const { t } = useTranslation('general')
  return (
    <nav aria-label={t('general:navigation')} className={`${styles.pane} not-printed`}>
      <AreaLinks />
    </nav>
  )
}

export function AreaLinks({ onFollow }: { onFollow?: () => void }) {
  const styles = useStyles()
  const { t } = useTranslation('general')
  const session = useSession()
  const mine = areas.filter(({ needs }) => needs.some((name) => mayCall(session, name)))
  return (
    <ul className={styles.list}>
      {mine.map(({ to, label, icon: Icon }) => (
        <li key={to}>
          <Link to={to} className={styles.link} onClick={onFollow} activeOptions={{ exact: to === '/' }}>
            <Icon aria-hidden />
            {t(label)}
          </Link>
        </li>
      ))}
    </ul>
  )
}
