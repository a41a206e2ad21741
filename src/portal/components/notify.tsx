import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { errorText } from '../i18n/error-text.ts'

export interface Notification {
  readonly title: string
  readonly body?: string
  readonly intent?: 'success' | 'info' | 'warning' | 'error'
}

interface Shown extends Notification {
  readonly id: number
}

const shownMilliseconds = 6_000
const listeners = new Set<() => void>()
let shown: readonly Shown[] = []
let lastId = 0

function show(next: readonly Shown[]): void {
  shown = next
  for (const listener of listeners) listener()
}

function dismiss(id: number): void {
  show(shown.filter((one) => one.id !== id))
}

function notify(notification: Notification): void {
  lastId += 1
  const id = lastId
  show([...shown, { ...notification, id }])
  // A failure stays until it has been read.
  if (notification.intent !== 'error') setTimeout(() => dismiss(id), shownMilliseconds)
}

/** Says in passing that something is done: `notify({ title })`. Failures stay where they happened instead. */
export function useNotify(): (notification: Notification) => void {
  return notify
}

/** For acts that have no place of their own to show a failure: `useChange(name, { onError: useNotifyOfError() })`. */
export function useNotifyOfError(): (error: unknown) => void {
  const { t, i18n } = useTranslation('general')
  return (error) => {
    const { sentence } = errorText(t, error, i18n.language)
    notify({ intent: 'error', title: t('general:error.title'), body: sentence })
  }
}

const useStyles = makeStyles({
  stack: {
    position: 'fixed',
    zIndex: 1_000_001,
    right: '16px',
    bottom: '16px',
    left: '16px',
    display: 'grid',
    gap: '8px',
    justifyItems: 'end',
    pointerEvents: 'none',
  },
  one: { width: '100%', maxWidth: '400px', boxShadow: tokens.shadow16, pointerEvents: 'auto' },
  body: { whiteSpace: 'normal', overflowWrap: 'anywhere' },
})

/** The stack in the corner; drawn once, by the providers. */
export function Notifications() {
  const styles = useStyles()
  const { t } = useTranslation('general')
  const list = useSyncExternalStore(subscribe, () => shown)
  return (
    <div className={`${styles.stack} not-printed`} aria-live="polite">
      {list.map(({ id, title, body, intent = 'success' }) => (
        <MessageBar key={id} intent={intent} className={styles.one} layout="multiline">
          <MessageBarBody className={styles.body}>
            <MessageBarTitle>{title}</MessageBarTitle> {body}
          </MessageBarBody>
          <MessageBarActions
            containerAction={
              <Button
                appearance="transparent"
                size="small"
                icon={<DismissRegular />}
                aria-label={t('general:action.close')}
                onClick={() => dismiss(id)}
              />
            }
          />
        </MessageBar>
      ))}
    </div>
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
