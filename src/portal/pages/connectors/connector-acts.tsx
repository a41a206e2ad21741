import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
} from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Buttons } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import { type Connector, isRunning } from './labels.ts'
import { ReadAgainDialog } from './read-again-dialog.tsx'

const useStyles = makeStyles({ error: { flexBasis: '100%' } })

type Open = 'change' | 'window' | 'remove' | null

export function ConnectorActs({ connector }: { connector: Connector }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const stale = ['readConnector', 'listConnectors', 'listRuns'] as const
  const [open, setOpen] = useState<Open>(null)
  const start = useChange('startRun', { stale })
  const pause = useChange('pauseConnector', { stale })
  const resume = useChange('resumeConnector', { stale })
  const params = { params: { id: connector.id } }
  const running = isRunning(connector.lastRun)
  const stopped = connector.lastRun?.state === 'cancelled' || connector.lastRun?.state === 'failed'
  const error = start.error ?? pause.error ?? resume.error
  const close = () => setOpen(null)
  return (
    <>
      <Buttons>
        <Button
          appearance="primary"
          disabled={running}
          disabledFocusable={!running && start.isPending}
          onClick={() => start.mutate({ ...params, body: {} })}
        >
          {stopped ? t('connectors:act.continue') : t('connectors:act.runNow')}
        </Button>
        <Button onClick={() => setOpen('change')}>{t('connectors:act.edit')}</Button>
        {connector.pausedAt === null ? (
          <Button disabledFocusable={pause.isPending} onClick={() => pause.mutate(params)}>
            {t('connectors:act.pause')}
          </Button>
        ) : (
          <Button disabledFocusable={resume.isPending} onClick={() => resume.mutate(params)}>
            {t('connectors:act.resume')}
          </Button>
        )}
        <MoreActs running={running} onOpen={setOpen} />
      </Buttons>
      {error && (
        <div className={styles.error}>
          <ErrorNotice error={error} />
        </div>
      )}
      {open === 'change' && <ChangeDialog connector={connector} onClose={close} />}
      {open === 'window' && <ReadAgainDialog connector={connector} onClose={close} />}
      {open === 'remove' && <RemoveDialog connector={connector} onClose={close} />}
    </>
  )
}

function MoreActs({ running, onOpen }: { running: boolean; onOpen: (open: Open) => void }) {
  const { t } = useTranslation('connectors')
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button>{t('connectors:act.more')}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem disabled={running} onClick={() => onOpen('window')}>
            {t('connectors:act.readAgain')}
          </MenuItem>
          <MenuItem onClick={() => onOpen('remove')}>{t('connectors:act.remove')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

function RemoveDialog({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  const notify = useNotify()
  const remove = useChange('removeConnector', {
    stale: ['listConnectors', 'listDestinations'],
    onSuccess: () => {
      notify({ title: t('connectors:remove.done', { name: connector.name }) })
      void navigate({ to: '/connectors' })
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('connectors:remove.title', { name: connector.name })}
      confirm={t('connectors:act.remove')}
      onConfirm={() => remove.mutate({ params: { id: connector.id } })}
      pending={remove.isPending}
      error={remove.error}
    >
      {t('connectors:remove.text')}
    </ConfirmDialog>
  )
}
