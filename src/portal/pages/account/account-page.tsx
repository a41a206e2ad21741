import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../api/session.ts'
import { signOut } from '../../api/sign-out.ts'
import { Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { AuthenticatorApp } from './authenticator-app.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'
import { Preferences } from './preferences.tsx'
import { ProviderLink } from './provider-link.tsx'
import { Sessions } from './sessions.tsx'
import { Tokens } from './tokens.tsx'

export function AccountPage() {
  const { t } = useTranslation(['account', 'general'])
  const { mustSetSecondFactor } = useSession()
  return (
    <>
      <PageHeader title={t('account:title')} lead={t('account:lead')} />
      {mustSetSecondFactor && (
        <Notice
          intent="warning"
          title={t('account:secondFactor.title')}
          actions={<Button onClick={() => void signOut()}>{t('general:account.signOut')}</Button>}
        >
          {t('account:secondFactor.text')}
        </Notice>
      )}
      <Preferences />
      <Password />
      <AuthenticatorApp />
      <Passkeys />
      <ProviderLink />
      <Sessions />
      <Tokens />
    </>
  )
}
