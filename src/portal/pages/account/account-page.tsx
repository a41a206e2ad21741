import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'
import { AuthenticatorApp } from './authenticator-app.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'
import { Preferences } from './preferences.tsx'
import { Sessions } from './sessions.tsx'
import { Tokens } from './tokens.tsx'

export function AccountPage() {
  const { t } = useTranslation('account')
  return (
    <>
      <PageHeader title={t('account:title')} lead={t('account:lead')} />
      <Preferences />
      <Password />
      <AuthenticatorApp />
      <Passkeys />
      <Sessions />
      <Tokens />
    </>
  )
}
