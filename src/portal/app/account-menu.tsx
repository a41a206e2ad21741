import { Button, Field, makeStyles, Select, tokens } from '@fluentui/react-components'
import { SignOutRegular } from '@fluentui/react-icons/svg/sign-out'
import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { languages, themes } from '../../api/endpoints/session.ts'
import { useChange } from '../api/calls.ts'
import { useSession, useTakeSession } from '../api/session.ts'
import { signOut } from '../api/sign-out.ts'
import { useNotifyOfError } from '../components/notify.tsx'
import { languageNames } from '../i18n/languages.ts'
import { themeLabels } from '../i18n/theme-labels.ts'

const useStyles = makeStyles({
  initials: {
    display: 'grid',
    placeItems: 'center',
    width: '28px',
    minWidth: '28px',
    height: '28px',
    borderRadius: '50%',
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    // A picture, not a word: the button's name says whose account it is.
    '::before': { content: 'attr(data-initials)' },
  },
  panel: {
    position: 'fixed',
    inset: '52px 8px auto auto',
    margin: 0,
    boxSizing: 'border-box',
    width: 'min(300px, calc(100vw - 16px))',
    maxHeight: 'calc(100vh - 64px)',
    overflowY: 'auto',
    padding: '16px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    boxShadow: tokens.shadow16,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
  },
  parts: { display: 'grid', gap: tokens.spacingVerticalM, justifyItems: 'stretch' },
  who: { overflowWrap: 'anywhere' },
  username: { display: 'block', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  link: { color: tokens.colorBrandForegroundLink },
})

/** The initials open the browser's own popover: it closes by Esc or a click elsewhere and gives the focus back. */
export function AccountMenu() {
  const styles = useStyles()
  const { t } = useTranslation('general')
  const { user } = useSession()
  const panel = useRef<HTMLDivElement>(null)
  return (
    <>
      <Button
        appearance="subtle"
        shape="circular"
        popoverTarget="account-panel"
        aria-label={t('general:account.menu', { name: user.name })}
        icon={
          <span className={styles.initials} aria-hidden>
            {initials(user.name)}
          </span>
        }
      />
      <div id="account-panel" ref={panel} popover="auto" className={styles.panel}>
        <div className={styles.parts}>
          <div className={styles.who}>
            <strong>{user.name}</strong>
            <span className={styles.username}>{user.username}</span>
          </div>
          <Link to="/account" className={styles.link} onClick={() => panel.current?.hidePopover()}>
            {t('general:account.page')}
          </Link>
          <Preferences />
          <Button icon={<SignOutRegular />} onClick={() => void signOut()}>
            {t('general:account.signOut')}
          </Button>
        </div>
      </div>
    </>
  )
}

function Preferences() {
  const { t, i18n } = useTranslation('general')
  const { user } = useSession()
  const take = useTakeSession()
  const onError = useNotifyOfError()
  const change = useChange('changePreferences', { onSuccess: take, onError })
  return (
    <>
      <Field label={t('general:language')}>
        <Select
          value={i18n.language}
          onChange={(_, { value }) =>
            change.mutate({ body: { language: value as (typeof languages)[number] } })
          }
        >
          {languages.map((language) => (
            <option key={language} value={language} lang={language}>
              {languageNames[language]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('general:theme.label')}>
        <Select
          value={user.theme}
          onChange={(_, { value }) => change.mutate({ body: { theme: value as (typeof themes)[number] } })}
        >
          {themes.map((theme) => (
            <option key={theme} value={theme}>
              {t(themeLabels[theme])}
            </option>
          ))}
        </Select>
      </Field>
    </>
  )
}

/** First letters of the first and last word; of a Chinese name its last sign. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = [...words[0]!]
  if (words.length === 1) return (/\p{Script=Han}/u.test(name) ? first.at(-1) : first[0]?.toUpperCase()) ?? ''
  return `${first[0]}${[...words.at(-1)!][0]}`.toUpperCase()
}
