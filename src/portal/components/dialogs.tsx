import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import type { FormEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFocusBack } from './focus-back.ts'
import { ErrorNotice } from './notices.tsx'

const useStyles = makeStyles({
  content: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: tokens.spacingVerticalM },
  surface: { maxWidth: 'min(600px, calc(100vw - 32px))' },
  side: {
    position: 'fixed',
    inset: '0 0 0 auto',
    margin: 0,
    height: '100vh',
    maxHeight: '100vh',
    width: 'min(560px, 100%)',
    maxWidth: '100%',
    borderRadius: 0,
    boxSizing: 'border-box',
    overflowY: 'auto',
  },
})

/** A dialog with a form: Enter sends, Esc closes, a failure stays in it. */
export function FormDialog(props: {
  open: boolean
  onClose: () => void
  title: string
  submit: string
  onSubmit: () => void
  pending?: boolean
  error?: unknown
  disabled?: boolean
  children: ReactNode
}) {
  const { open, onClose, title, submit, onSubmit, pending = false, error, disabled = false, children } = props
  const styles = useStyles()
  const { t } = useTranslation('general')
  useFocusBack(open)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!pending && !disabled) onSubmit()
  }
  return (
    <Dialog open={open} onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface className={styles.surface}>
        <form onSubmit={send}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>
              <ErrorNotice error={error} />
              {children}
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement>
                <Button>{t('general:action.cancel')}</Button>
              </DialogTrigger>
              <Button type="submit" appearance="primary" disabled={disabled} disabledFocusable={pending}>
                {submit}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

/** Asks before something that cannot be undone; the button says what it does. */
export function ConfirmDialog(props: {
  open: boolean
  onClose: () => void
  title: string
  confirm: string
  onConfirm: () => void
  pending?: boolean
  error?: unknown
  children: ReactNode
}) {
  const { confirm, onConfirm, children, ...rest } = props
  return (
    <FormDialog {...rest} submit={confirm} onSubmit={onConfirm}>
      <div>{children}</div>
    </FormDialog>
  )
}

/** Details beside the list they belong to; the whole width on a phone. */
export function SidePanel(props: { open: boolean; onClose: () => void; title: string; children: ReactNode }) {
  const { open, onClose, title, children } = props
  const styles = useStyles()
  const { t } = useTranslation('general')
  useFocusBack(open)
  return (
    <Dialog open={open} onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface className={styles.side}>
        <DialogBody>
          <DialogTitle
            action={
              <Button
                appearance="subtle"
                icon={<DismissRegular />}
                aria-label={t('general:action.close')}
                onClick={onClose}
              />
            }
          >
            {title}
          </DialogTitle>
          <DialogContent className={styles.content}>{children}</DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
