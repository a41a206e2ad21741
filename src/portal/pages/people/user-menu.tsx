import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { MoreHorizontalRegular } from '@fluentui/react-icons/svg/more-horizontal'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EndpointName } from '../../../api/index.ts'
import { useChange } from '../../api/calls.ts'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { useNotify, useNotifyOfError } from '../../components/notify.tsx'
import { LinkPanel } from './invite-user.tsx'
import type { User } from './user-status.tsx'

type Act = 'link' | 'end' | 'disable'

const stale: readonly EndpointName[] = ['listUsers', 'listUserSessions', 'listRoleGroups']

/** What may be done to a user: in the row of the list, and as a button of his page. */
export function UserMenu({ user, asButton = false }: { user: User; asButton?: boolean }) {
  const { t } = useTranslation(['people', 'general'])
  const notify = useNotify()
  const [act, setAct] = useState<Act | null>(null)
  const update = useChange('updateUser', { stale, onError: useNotifyOfError() })
  const change = (body: { disabled?: boolean; unlock?: true }, title: string) =>
    update.mutate({ params: { id: user.id }, body }, { onSuccess: () => notify({ title }) })
  const label = t('people:menu.label', { name: user.name })
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          {asButton ? (
            <Button icon={<MoreHorizontalRegular />}>{t('general:actions')}</Button>
          ) : (
            <Button appearance="subtle" size="small" icon={<MoreHorizontalRegular />} aria-label={label} />
          )}
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {user.lockedUntil !== null && (
              <MenuItem onClick={() => change({ unlock: true }, t('people:menu.unlocked'))}>
                {t('people:menu.unlock')}
              </MenuItem>
            )}
            {user.disabledAt === null && (
              <MenuItem onClick={() => setAct('link')}>
                {user.lastSignInAt === null ? t('people:menu.inviteAgain') : t('people:menu.reset')}
              </MenuItem>
            )}
            {user.sessions > 0 && (
              <MenuItem onClick={() => setAct('end')}>{t('people:menu.endSessions')}</MenuItem>
            )}
            {user.disabledAt === null ? (
              <MenuItem onClick={() => setAct('disable')}>{t('people:menu.disable')}</MenuItem>
            ) : (
              <MenuItem onClick={() => change({ disabled: false }, t('people:menu.enabled'))}>
                {t('people:menu.enable')}
              </MenuItem>
            )}
          </MenuList>
        </MenuPopover>
      </Menu>
      {act === 'link' && <NewLink user={user} onClose={() => setAct(null)} />}
      {act === 'end' && <EndSessions user={user} onClose={() => setAct(null)} />}
      {act === 'disable' && <Disable user={user} onClose={() => setAct(null)} />}
    </>
  )
}

interface ActProps {
  readonly user: User
  readonly onClose: () => void
}

function NewLink({ user, onClose }: ActProps) {
  const { t } = useTranslation('people')
  const create = useChange('createUserLink', { stale })
  if (create.data) {
    return (
      <LinkPanel title={t('people:menu.linkFor', { name: user.name })} link={create.data} onClose={onClose} />
    )
  }
  const first = user.lastSignInAt === null
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('people:menu.linkTitle', { name: user.name })}
      confirm={t('people:menu.makeLink')}
      onConfirm={() => create.mutate({ params: { id: user.id } })}
      pending={create.isPending}
      error={create.error}
    >
      {first ? t('people:menu.inviteText') : t('people:menu.resetText')}
    </ConfirmDialog>
  )
}

export function EndSessions({ user, onClose }: ActProps) {
  const { t } = useTranslation('people')
  const notify = useNotify()
  const end = useChange('endUserSessions', {
    stale,
    onSuccess: ({ ended }) => {
      onClose()
      notify({ title: t('people:menu.ended', { count: ended }) })
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('people:menu.endTitle', { name: user.name })}
      confirm={t('people:menu.endSessions')}
      onConfirm={() => end.mutate({ params: { id: user.id } })}
      pending={end.isPending}
      error={end.error}
    >
      {t('people:menu.endText')}
    </ConfirmDialog>
  )
}

function Disable({ user, onClose }: ActProps) {
  const { t } = useTranslation('people')
  const notify = useNotify()
  const disable = useChange('updateUser', {
    stale,
    onSuccess: () => {
      onClose()
      notify({ title: t('people:menu.disabled') })
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('people:menu.disableTitle', { name: user.name })}
      confirm={t('people:menu.disable')}
      onConfirm={() => disable.mutate({ params: { id: user.id }, body: { disabled: true } })}
      pending={disable.isPending}
      error={disable.error}
    >
      {t('people:menu.disableText')}
    </ConfirmDialog>
  )
}
