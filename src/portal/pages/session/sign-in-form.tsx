import { Button, Divider, makeStyles } from '@fluentui/react-components'
import { PersonPasskeyRegular } from '@fluentui/react-icons/svg/person-passkey'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionFacts } from '../../../api/endpoints/session.ts'
import { useCall, useChange } from '../../api/calls.ts'
import { type Answer, call } from '../../api/client.ts'
import { askForPasskey, passkeysWork } from '../../api/passkeys.ts'
import { CodeField } from '../../components/code-field.tsx'
import { Form, TextField } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'

const useStyles = makeStyles({
  others: { display: 'grid', gap: '8px', marginTop: '16px' },
})

/** The ways to sign in, one after the other when a code is asked for. */
export function SignInForm(props: {
  onSignedIn: (session: SessionFacts) => void
  /** The person whose session ended; cannot be another. */
  username?: string
  onProvider: () => void
}) {
  const { onSignedIn, username, onProvider } = props
  const styles = useStyles()
  const { t } = useTranslation('session')
  const options = useCall('readSignInOptions', undefined, { staleTime: 60_000 })
  const [step, setStep] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const take = (answer: Answer<'signInWithPassword'>) => {
    if (answer.state === 'signed-in') onSignedIn(answer.session)
    else setStep(answer.step)
  }
  const passkey = async () => {
    setError(null)
    try {
      const begun = await call('beginPasskeySignIn')
      const credential = await askForPasskey(begun.options)
      if (credential) take(await call('signInWithPasskey', { body: { step: begun.step, credential } }))
    } catch (refused) {
      setError(refused)
    }
  }
  if (step !== null) return <CodeForm step={step} onAnswer={take} onBack={() => setStep(null)} />
  const provider = options.data?.provider ?? null
  return (
    <>
      <ErrorNotice error={options.error} onRetry={() => options.refetch()} />
      <ErrorNotice error={error} />
      <PasswordForm username={username} onAnswer={take} />
      {(passkeysWork() || provider) && (
        <div className={styles.others}>
          <Divider>{t('session:or')}</Divider>
          {passkeysWork() && (
            <Button icon={<PersonPasskeyRegular />} onClick={passkey}>
              {t('session:passkey')}
            </Button>
          )}
          {provider && <Button onClick={onProvider}>{t('session:provider', { provider })}</Button>}
        </div>
      )}
    </>
  )
}

type OnAnswer = (answer: Answer<'signInWithPassword'>) => void

function PasswordForm({ username: fixed, onAnswer }: { username?: string; onAnswer: OnAnswer }) {
  const { t } = useTranslation('session')
  const [username, setUsername] = useState(fixed ?? '')
  const [password, setPassword] = useState('')
  const signIn = useChange('signInWithPassword', { onSuccess: onAnswer })
  const send = () => {
    if (username !== '' && password !== '' && !signIn.isPending)
      signIn.mutate({ body: { username, password } })
  }
  return (
    <Form onSubmit={send}>
      <ErrorNotice error={signIn.error} />
      <TextField
        label={t('session:username')}
        value={username}
        onChange={setUsername}
        autoComplete="username"
        readOnly={fixed !== undefined}
        required
      />
      <TextField
        label={t('session:password')}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        autoFocus={fixed !== undefined}
        required
      />
      <Button type="submit" appearance="primary" disabledFocusable={signIn.isPending}>
        {t('session:signIn')}
      </Button>
    </Form>
  )
}

function CodeForm({ step, onAnswer, onBack }: { step: string; onAnswer: OnAnswer; onBack: () => void }) {
  const { t } = useTranslation('session')
  const [code, setCode] = useState('')
  const signIn = useChange('signInWithCode', { onSuccess: onAnswer })
  const send = () => {
    if (/^\d{6}$/.test(code) && !signIn.isPending) signIn.mutate({ body: { step, code } })
  }
  return (
    <Form onSubmit={send}>
      <ErrorNotice error={signIn.error} />
      <CodeField value={code} onChange={setCode} />
      <Button type="submit" appearance="primary" disabledFocusable={signIn.isPending}>
        {t('session:signIn')}
      </Button>
      <Button appearance="subtle" onClick={onBack}>
        {t('session:otherWay')}
      </Button>
    </Form>
  )
}
