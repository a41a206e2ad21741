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
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { activeShortcuts } from '../components/shortcuts.ts'

const useStyles = makeStyles({
  list: { display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '10px 16px', margin: 0 },
  key: {
    display: 'inline-block',
    minWidth: '20px',
    padding: '2px 8px',
    textAlign: 'center',
    borderRadius: tokens.borderRadiusSmall,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    fontFamily: tokens.fontFamilyMonospace,
  },
  label: { margin: 0, alignSelf: 'center' },
})

/** The keys that act on this page, newest first. */
export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const styles = useStyles()
  const { t } = useTranslation('general')
  const shortcuts = useSyncExternalStore(activeShortcuts.subscribe, activeShortcuts.get)
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('general:shortcut.title')}</DialogTitle>
          <DialogContent>
            <dl className={styles.list}>
              {[...shortcuts, { key: 'Esc', label: t('general:shortcut.escape') }].map(({ key, label }) => (
                <div key={`${key} ${label}`} style={{ display: 'contents' }}>
                  <dt>
                    <kbd className={styles.key}>{key}</kbd>
                  </dt>
                  <dd className={styles.label}>{label}</dd>
                </div>
              ))}
            </dl>
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button>{t('general:action.close')}</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
