import {
  createDOMRenderer,
  FluentProvider,
  makeStyles,
  RendererProvider,
  tokens,
} from '@fluentui/react-components'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useEffect, useSyncExternalStore } from 'react'
import type { SessionFacts } from '../../api/endpoints/session.ts'
import { useSessionOrNobody } from '../api/session.ts'
import { Notifications } from '../components/notify.tsx'
import { speak } from '../i18n/start.ts'
import { darkTheme, lightTheme } from './theme.ts'

// Loaded beside the first page, not with it.
const FocusKeeper = lazy(async () => ({
  default: (await import('../components/focus-keeper.tsx')).FocusKeeper,
}))

const useStyles = makeStyles({
  root: { minHeight: '100vh', backgroundColor: tokens.colorNeutralBackground2 },
})

// The policy of the pages asks a nonce of every style element, even an empty one that is filled by script.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
const renderer = createDOMRenderer(document, nonce ? { styleElementAttributes: { nonce } } : {})

export function Providers({ queries, children }: { queries: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={queries}>
      <RendererProvider renderer={renderer}>
        <Themed>{children}</Themed>
      </RendererProvider>
    </QueryClientProvider>
  )
}

function Themed({ children }: { children: ReactNode }) {
  const styles = useStyles()
  const session = useSessionOrNobody()
  const dark = useDark(session)
  const language = session?.user.language ?? null
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  }, [dark])
  useEffect(() => {
    void speak(language)
  }, [language])
  return (
    <FluentProvider theme={dark ? darkTheme : lightTheme}>
      {/* Not on the provider: dialogs copy its classes, and its ground would cover the page behind them. */}
      <div className={styles.root}>{children}</div>
      <Notifications />
      <Suspense>
        <FocusKeeper />
      </Suspense>
    </FluentProvider>
  )
}

const systemDark = matchMedia('(prefers-color-scheme: dark)')

function useDark(session: SessionFacts | null): boolean {
  const system = useSyncExternalStore(
    (listener) => {
      systemDark.addEventListener('change', listener)
      return () => systemDark.removeEventListener('change', listener)
    },
    () => systemDark.matches,
  )
  const theme = session?.user.theme ?? 'system'
  return theme === 'system' ? system : theme === 'dark'
}
