import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../../api/calls.ts'
import { ConfirmDialog, FormDialog } from '../../../components/dialogs.tsx'
import { TextField } from '../../../components/form.tsx'
import type { UserActivation } from './labels.ts'

export type Act = 'withdraw' | 'leave'

interface Asked {
  readonly accountId: number
  readonly user: UserActivation
  readonly onClose: () => void
}

export function ActDialog({ act, ...asked }: Asked & { act: Act }) {
  return act === 'withdraw' ? <Withdraw {...asked} /> : <Leave {...asked} />
}

function Withdraw({ accountId, user, onClose }: Asked) {
  const { t } = useTranslation('activation')
  const withdraw = useChange('withdrawConsent', { stale: ['listActivations'], onSuccess: onClose })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('activation:users.withdrawOne', { name: user.name })}
      confirm={t('activation:users.withdraw')}
      onConfirm={() =>
        withdraw.mutate({ params: { id: accountId, user: user.userId }, body: { kind: 'capture' } })
      }
      pending={withdraw.isPending}
      error={withdraw.error}
    >
      {t('activation:users.withdrawText')}
    </ConfirmDialog>
  )
}

function Leave({ accountId, user, onClose }: Asked) {
  const { t } = useTranslation('activation')
  const [day, setDay] = useState('')
  const leave = useChange('leaveUser', {
    stale: ['listActivations', 'listRegisteredUsers', 'readAccount'],
    onSuccess: onClose,
  })
  const send = () =>
    leave.mutate({ params: { id: accountId, user: user.userId }, body: day === '' ? {} : { at: endOf(day) } })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('activation:users.leaveOne', { name: user.name })}
      submit={t('activation:users.leave')}
      onSubmit={send}
      pending={leave.isPending}
      error={leave.error}
    >
      <div>{t('activation:users.leaveText')}</div>
      <TextField label={t('activation:users.leaveDay')} type="date" value={day} onChange={setDay} />
    </FormDialog>
  )
}

const dayMs = 86_400_000

function endOf(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString()
}
