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
import { useFormat } from '../../i18n/format.ts'
import { ChangeDestination } from './change-destination.tsx'
import { type Destination, openOf } from './labels.ts'
import { TestAccess } from './test-access.tsx'

const useStyles = makeStyles({ error: { flexBasis: '100%' } })

type Open = 'change' | 'test' | 'remove' | null

export function DestinationActs({ destination }: { destination: Destination }) {
  const styles = useStyles()
  const { t } = useTranslation('delivery')
  const stale = ['readDestination', 'listDestinations'] as const
  const [open, setOpen] = useState<Open>(null)
  const notify = useNotify()
  const onSuccess = () => notify({ title: t('delivery:act.asked') })
  const deliver = useChange('deliverNow', { stale, onSuccess })
  const pause = useChange('pauseDestination', { stale })
  const resume = useChange('resumeDestination', { stale })
  const params = { params: { id: destination.id } }
  const isPaused = destination.pausedAt !== null
  const error = deliver.error ?? pause.error ?? resume.error
  const close = () => setOpen(null)
  return (
    <>
      <Buttons>
        <Button
          appearance="primary"
          disabled={isPaused}
          disabledFocusable={!isPaused && deliver.isPending}
          onClick={() => deliver.mutate(params)}
        >
          {t('delivery:act.deliverNow')}
        </Button>
        <Button onClick={() => setOpen('test')}>{t('delivery:test.action')}</Button>
        {isPaused ? (
          <Button disabledFocusable={resume.isPending} onClick={() => resume.mutate(params)}>
            {t('delivery:act.resume')}
          </Button>
        ) : (
          <Button disabledFocusable={pause.isPending} onClick={() => pause.mutate(params)}>
            {t('delivery:act.pause')}
          </Button>
        )}
        <MoreActs onOpen={setOpen} />
      </Buttons>
      {error && (
        <div className={styles.error}>
          <ErrorNotice error={error} />
        </div>
      )}
      {open === 'change' && <ChangeDestination destination={destination} onClose={close} />}
      {open === 'test' && <TestAccess destination={destination} onClose={close} />}
      {open === 'remove' && <RemoveDialog destination={destination} onClose={close} />}
    </>
  )
}

function MoreActs({ onOpen }: { onOpen: (open: Open) => void }) {
  const { t } = useTranslation('delivery')
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button>{t('delivery:act.more')}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => onOpen('change')}>{t('delivery:act.change')}</MenuItem>
          <MenuItem onClick={() => onOpen('remove')}>{t('delivery:act.remove')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

function RemoveDialog({ destination, onClose }: { destination: Destination; onClose: () => void }) {
  const { t } = useTranslation('delivery')
  const format = useFormat()
  const navigate = useNavigate()
  const notify = useNotify()
  const open = openOf(destination)
  const remove = useChange('removeDestination', {
    stale: ['listDestinations'],
    onSuccess: () => {
      notify({ title: t('delivery:remove.done', { name: destination.name }) })
      void navigate({ to: '/connectors/destinations' })
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('delivery:remove.title', { name: destination.name })}
      confirm={t('delivery:act.remove')}
      onConfirm={() => remove.mutate({ params: { id: destination.id } })}
      pending={remove.isPending}
      error={remove.error}
    >
      {t('delivery:remove.text')}
      {open > 0 && (
        <p>
          <strong>{t('delivery:remove.waiting', { count: open, number: format.number(open) })}</strong>
        </p>
      )}
    </ConfirmDialog>
  )
}
