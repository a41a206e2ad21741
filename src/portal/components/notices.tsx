import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  tokens,
} from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { errorText } from '../i18n/error-text.ts'
import { Copyable } from './copyable.tsx'

const useStyles = makeStyles({
  empty: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    textAlign: 'center',
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalL}`,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    color: tokens.colorNeutralForeground2,
  },
  emptyIcon: { fontSize: '40px', lineHeight: 1, color: tokens.colorBrandForeground1 },
  emptyTitle: { margin: 0, fontSize: tokens.fontSizeBase400, color: tokens.colorNeutralForeground1 },
  emptyText: { margin: 0, maxWidth: '56ch' },
  detail: { display: 'block', marginTop: tokens.spacingVerticalXS, fontSize: tokens.fontSizeBase200 },
  bar: { marginBottom: tokens.spacingVerticalM },
  body: { whiteSpace: 'normal', overflowWrap: 'anywhere' },
  waiting: { padding: tokens.spacingVerticalXXL },
})

/** What failed, what to do, and by which number the log has it. Nothing when there is no error. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const styles = useStyles()
  const { t, i18n } = useTranslation('general')
  if (!error) return null
  const { sentence, detail, code, correlationId } = errorText(t, error, i18n.language)
  return (
    <MessageBar intent="error" layout="multiline" className={styles.bar} role="alert">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle>{t('general:error.title')}</MessageBarTitle> {sentence}
        {detail && (
          <span className={styles.detail} lang="en">
            {detail}
          </span>
        )}
        {code && (
          <span className={styles.detail}>
            {t('general:error.code')} {code}
            {correlationId && (
              <>
                {' · '}
                {t('general:error.correlation')} <Copyable text={correlationId} />
              </>
            )}
          </span>
        )}
      </MessageBarBody>
      {onRetry && (
        <MessageBarActions>
          <Button onClick={onRetry}>{t('general:action.retry')}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  )
}

/** Something to know on the page itself; what passes by is `useNotify`. */
export function Notice(props: {
  intent?: 'info' | 'warning' | 'error' | 'success'
  title?: string
  children: ReactNode
  actions?: ReactNode
}) {
  const { intent = 'info', title, children, actions } = props
  const styles = useStyles()
  return (
    <MessageBar intent={intent} layout="multiline" className={styles.bar}>
      <MessageBarBody className={styles.body}>
        {title && <MessageBarTitle>{title}</MessageBarTitle>} {children}
      </MessageBarBody>
      {actions && <MessageBarActions>{actions}</MessageBarActions>}
    </MessageBar>
  )
}

/** Nothing here yet: says what would be here and how it comes. */
export function EmptyState(props: {
  icon?: ReactNode
  title: string
  children: ReactNode
  action?: ReactNode
}) {
  const { icon, title, children, action } = props
  const styles = useStyles()
  return (
    <div className={styles.empty}>
      {icon && (
        <span className={styles.emptyIcon} aria-hidden>
          {icon}
        </span>
      )}
      <h2 className={styles.emptyTitle}>{title}</h2>
      <p className={styles.emptyText}>{children}</p>
      {action}
    </div>
  )
}

export function Waiting() {
  const styles = useStyles()
  const { t } = useTranslation('general')
  return <Spinner className={styles.waiting} label={t('general:waiting')} delay={300} />
}

/** The three states of what is read: waiting, failed with a retry, there. */
export function Loaded<Data>(props: {
  call: { data: Data | undefined; error: unknown; refetch: () => unknown }
  children: (data: Data) => ReactNode
}) {
  const { data, error, refetch } = props.call
  if (data === undefined) return error ? <ErrorNotice error={error} onRetry={() => refetch()} /> : <Waiting />
  return (
    <>
      <ErrorNotice error={error} onRetry={() => refetch()} />
      {props.children(data)}
    </>
  )
}
