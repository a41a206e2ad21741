import { useTranslation } from 'react-i18next'
import type { Answer } from '../../api/client.ts'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'

export type User = Answer<'listUsers'>[number]

const methodLabels: Readonly<Record<User['signsInBy'][number], string>> = {
  password: 'general:method.password',
  totp: 'people:user.app',
  passkey: 'general:method.passkey',
  oidc: 'general:method.provider',
}

export function SignInMethods({ user }: { user: User }) {
  const { t } = useTranslation(['people', 'general'])
  const format = useFormat()
  if (user.signsInBy.length === 0) return <span>{t('people:user.noMethod')}</span>
  return <span>{format.list(user.signsInBy.map((method) => t(methodLabels[method])))}</span>
}

export function UserStatus({ user }: { user: User }) {
  const { t } = useTranslation('people')
  if (user.disabledAt !== null) return <StatusBadge tone="quiet">{t('people:user.disabled')}</StatusBadge>
  if (user.lockedUntil !== null) {
    return (
      <>
        <StatusBadge tone="bad">{t('people:user.locked')}</StatusBadge>{' '}
        <span>
          {t('people:user.lockedUntil')} <Time of={user.lockedUntil} show="time" />
        </span>
      </>
    )
  }
  if (user.lastSignInAt === null) return <StatusBadge tone="warning">{t('people:user.invited')}</StatusBadge>
  return <StatusBadge tone="good">{t('people:user.active')}</StatusBadge>
}
