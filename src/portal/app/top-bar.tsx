import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { KeyboardRegular } from '@fluentui/react-icons/svg/keyboard'
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/calls.ts'
import { useMay } from '../api/session.ts'
import { useNotifyOfError } from '../components/notify.tsx'
import { useFormat } from '../i18n/format.ts'
import { AccountMenu } from './account-menu.tsx'

const useStyles = makeStyles({
  bar: {
    position: 'sticky',
    top: 0,
    zIndex: 5,
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    boxSizing: 'border-box',
    minHeight: '48px',
    padding: '0 12px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  menu: { display: 'none', '@media (max-width: 640px)': { display: 'inline-flex' } },
  product: {
    color: tokens.colorBrandForeground1,
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
    textDecorationLine: 'none',
    whiteSpace: 'nowrap',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  search: { flexGrow: 1, minWidth: 0, display: 'flex', justifyContent: 'center' },
  box: { width: '100%', maxWidth: '480px', minWidth: 0 },
  input: {
    boxSizing: 'border-box',
    width: '100%',
    height: '32px',
    padding: '0 10px',
    font: 'inherit',
    fontSize: tokens.fontSizeBase300,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-1px' },
    '::placeholder': { color: tokens.colorNeutralForeground3, opacity: 1 },
  },
  wide: { display: 'flex', '@media (max-width: 640px)': { display: 'none' } },
})

export function TopBar({ onMenu, onHelp }: { onMenu: () => void; onHelp: () => void }) {
  const styles = useStyles()
  const { t } = useTranslation('general')
  const may = useMay()
  return (
    <header className={`${styles.bar} not-printed`}>
      <Button
        className={styles.menu}
        appearance="subtle"
        icon={<NavigationRegular />}
        aria-label={t('general:openNavigation')}
        onClick={onMenu}
      />
      <Link to="/" className={styles.product}>
        {t('general:product')}
      </Link>
      <div className={styles.search}>{may('createSearch') && <GlobalSearch />}</div>
      <div className={styles.wide}>
        <Button
          appearance="subtle"
          icon={<KeyboardRegular />}
          aria-label={t('general:shortcut.help')}
          title={t('general:shortcut.help')}
          onClick={onHelp}
        />
      </div>
      <AccountMenu />
    </header>
  )
}

/** Keeps the search under an id and goes there, so that no address ever holds what was looked for. */
function GlobalSearch() {
  const styles = useStyles()
  const { t } = useTranslation('general')
  const { timeZone } = useFormat()
  const navigate = useNavigate()
  const onError = useNotifyOfError()
  const [query, setQuery] = useState('')
  const search = useChange('createSearch', {
    stale: ['listSearches'],
    onSuccess: ({ id }) => {
      setQuery('')
      void navigate({ to: '/search/$id', params: { id: String(id) } })
    },
    onError,
  })
  return (
    <search className={styles.box}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (query.trim() !== '') search.mutate({ body: { query, timeZone } })
        }}
      >
        <input
          id="global-search"
          type="search"
          className={styles.input}
          value={query}
          placeholder={t('general:searchBox')}
          aria-label={t('general:searchBox')}
          onChange={(event) => setQuery(event.target.value)}
        />
      </form>
    </search>
  )
}
