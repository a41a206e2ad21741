import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { Outlet, useMatches } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { reach } from '../api/reach.ts'
import { mayCall, useSession } from '../api/session.ts'
import { onAnnouncement } from '../components/announce.ts'
import { Notice, Waiting } from '../components/notices.tsx'
import { useShortcuts } from '../components/shortcuts.ts'
import { AskDialogs } from './ask-dialogs.tsx'
import { ClosedPage } from './failed-page.tsx'
import { NavigationPane } from './navigation-pane.tsx'
import { TopBar } from './top-bar.tsx'

// Dialogs are loaded when first opened: the first page is the lighter for it.
const KeyboardHelp = lazy(async () => ({ default: (await import('./keyboard-help.tsx')).KeyboardHelp }))
const NavigationDrawer = lazy(async () => ({
  default: (await import('./navigation-drawer.tsx')).NavigationDrawer,
}))

export const phoneWidth = '@media (max-width: 640px)'

const useStyles = makeStyles({
  skip: {
    position: 'absolute',
    insetInlineStart: '8px',
    top: '-60px',
    zIndex: 10,
    padding: '8px 16px',
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForegroundLink,
    ':focus': { top: '8px' },
  },
  columns: { display: 'flex', alignItems: 'stretch', minHeight: 'calc(100vh - 48px)' },
  main: {
    flexGrow: 1,
    minWidth: 0,
    padding: '24px 32px 48px',
    outlineStyle: 'none',
    [phoneWidth]: { padding: '16px 16px 40px' },
  },
  hidden: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' },
})

/** What stands around every page behind the sign-in. */
export function Shell() {
  const styles = useStyles()
  const { t } = useTranslation('general')
  const [drawer, setDrawer] = useState(false)
  const [help, setHelp] = useState(false)
  useShortcuts([
    { key: '/', label: t('general:shortcut.search'), run: focusSearch },
    { key: '?', label: t('general:shortcut.help'), run: () => setHelp(true) },
  ])
  return (
    <>
      <a className={styles.skip} href="#main">
        {t('general:skip')}
      </a>
      <TopBar onMenu={() => setDrawer(true)} onHelp={() => setHelp(true)} />
      <div className={styles.columns}>
        <NavigationPane />
        <main id="main" tabIndex={-1} className={styles.main}>
          <ReachBanner />
          <Suspense fallback={<Waiting />}>
            <Page />
          </Suspense>
        </main>
      </div>
      <Suspense>
        {drawer && <NavigationDrawer onClose={() => setDrawer(false)} />}
        {help && <KeyboardHelp onClose={() => setHelp(false)} />}
      </Suspense>
      <AskDialogs />
      <LiveRegion />
    </>
  )
}

/** A page's own box first. */
function focusSearch(): void {
  const box =
    document.querySelector<HTMLElement>('#page-search') ??
    document.querySelector<HTMLElement>('#global-search')
  box?.focus()
}

/** The page, or a word that one's roles do not open it: the server would refuse it anyway. */
function Page() {
  const session = useSession()
  const needs = useMatches({ select: (matches) => matches.at(-1)?.staticData.needs })
  if (needs && !needs.some((name) => mayCall(session, name))) return <ClosedPage />
  return <Outlet />
}

function ReachBanner() {
  const { t } = useTranslation('general')
  const reached = useSyncExternalStore(reach.subscribe, reach.get)
  if (reached) return null
  const retry = (
    <Button
      onClick={() =>
        void fetch('/api/sign-in').then(
          () => reach.set(true),
          () => {},
        )
      }
    >
      {t('general:action.retry')}
    </Button>
  )
  return (
    <Notice intent="warning" title={t('general:reach.title')} actions={retry}>
      {t('general:reach.text')}
    </Notice>
  )
}

function LiveRegion() {
  const styles = useStyles()
  const [said, setSaid] = useState('')
  useEffect(() => onAnnouncement(setSaid), [])
  return (
    <div className={styles.hidden} aria-live="polite">
      {said}
    </div>
  )
}
