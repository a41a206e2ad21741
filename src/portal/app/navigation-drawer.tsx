import { Button, Dialog, DialogSurface, makeStyles } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useTranslation } from 'react-i18next'
import { AreaLinks } from './navigation-pane.tsx'

const useStyles = makeStyles({
  drawer: {
    position: 'fixed',
    inset: '0 auto 0 0',
    margin: 0,
    height: '100vh',
    maxHeight: '100vh',
    width: 'min(300px, 86vw)',
    borderRadius: 0,
    padding: '8px',
    boxSizing: 'border-box',
    overflowY: 'auto',
  },
})

/** The navigation at phone width, over the page. */
export function NavigationDrawer({ onClose }: { onClose: () => void }) {
  const styles = useStyles()
  const { t } = useTranslation('general')
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface className={styles.drawer} aria-label={t('general:navigation')}>
        <Button
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={t('general:action.close')}
          onClick={onClose}
        />
        <nav aria-label={t('general:navigation')}>
          <AreaLinks onFollow={onClose} />
        </nav>
      </DialogSurface>
    </Dialog>
  )
}
