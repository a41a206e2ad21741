import { Button } from '@fluentui/react-components'
import { PersonPasskeyRegular } from '@fluentui/react-icons/svg/person-passkey'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { settleAsk } from '../../api/asks.ts'
import { call, type Input } from '../../api/client.ts'
import { askForPasskey, passkeysWork } from '../../api/passkeys.ts'
import { useSession } from '../../api/session.ts'
import { CodeField } from '../../components/code-field.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'

/** Who one is, once more, before a dangerous act; the act then goes on by itself. */
export function ConfirmIdentity() {
  const { t } = useTranslation('session')
  const { user } = useSession()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [pending, setPending] = useState(false)
  const prove = async (proof: () => Promise<Input<'confirmIdentity'>['body'] | null>) => {
    setPending(true)
    setError(null)
    try {
      const body = await proof()
      if (body === null) return
      await call('confirmIdentity', { body })
      settleAsk('identity', true)
    } catch (refused) {
      setError(refused)
    } finally {
      setPending(false)
    }
  }
  const byPassword = async () => ({ password, ...(user.hasTotp ? { code } : {}) })
  const byPasskey = async () => {
    const { step, options } = await call('beginPasskeyConfirmation')
    const credential = await askForPasskey(options)
    return credential && { step, credential }
  }
  const offersPasskey = user.passkeys > 0 && passkeysWork()
  return (
    <FormDialog
      open
      onClose={() => settleAsk('identity', false)}
      title={t('session:confirm.title')}
      submit={t('session:confirm.submit')}
      onSubmit={() => void prove(byPassword)}
      pending={pending}
      disabled={!user.hasPassword || password === '' || (user.hasTotp && code.length !== 6)}
      error={error}
    >
      <span>{t('session:confirm.text')}</span>
      {user.hasPassword && (
        <TextField
          label={t('session:password')}
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          required
        />
      )}
      {user.hasPassword && user.hasTotp && <CodeField value={code} onChange={setCode} />}
      {offersPasskey && (
        <Button icon={<PersonPasskeyRegular />} onClick={() => void prove(byPasskey)}>
          {t('session:passkey')}
        </Button>
      )}
      {!user.hasPassword && !offersPasskey && <span>{t('session:confirm.noWay')}</span>}
    </FormDialog>
  )
}
