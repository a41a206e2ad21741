import { Button, Divider } from '@fluentui/react-components'
import { PersonPasskeyRegular } from '@fluentui/react-icons/svg/person-passkey'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { makePasskey, passkeysWork } from '../../api/passkeys.ts'
import { sessionQuery } from '../../api/session.ts'
import { Form } from '../../components/form.tsx'
import { NewPassword } from '../../components/new-password.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { Card } from './card.tsx'

/** The link has let him in and is used up: before anything else he needs a way to come in again. */
export function FirstCredential() {
  const { t } = useTranslation('session')
  const queries = useQueryClient()
  const router = useRouter()
  const [password, setPassword] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const enter = async () => {
    await queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
    router.history.replace('/')
  }
  const change = useChange('changePassword', { onSuccess: enter })
  const passkey = async () => {
    setError(null)
    try {
      const { step, options } = await call('beginPasskey')
      const credential = await makePasskey(options)
      if (credential === null) return
      await call('addPasskey', { body: { step, name: t('session:firstPasskey'), credential } })
      await enter()
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <Card title={t('session:credential.title')} lead={t('session:credential.lead')}>
      <ErrorNotice error={error} />
      <Form onSubmit={() => password !== null && change.mutate({ body: { next: password } })}>
        {passkeysWork() && (
          <>
            <Button icon={<PersonPasskeyRegular />} onClick={passkey}>
              {t('session:credential.passkey')}
            </Button>
            <Divider>{t('session:or')}</Divider>
          </>
        )}
        <ErrorNotice error={change.error} />
        <NewPassword onChange={setPassword} />
        <Button
          type="submit"
          appearance="primary"
          disabled={password === null}
          disabledFocusable={change.isPending}
        >
          {t('session:credential.submit')}
        </Button>
      </Form>
    </Card>
  )
}
