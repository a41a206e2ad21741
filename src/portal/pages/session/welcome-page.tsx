import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionFacts } from '../../../api/endpoints/session.ts'
import { useChange } from '../../api/calls.ts'
import { type Answer, call } from '../../api/client.ts'
import { useSessionOrNobody, useTakeSession } from '../../api/session.ts'
import { Form, TextField } from '../../components/form.tsx'
import { NewPassword } from '../../components/new-password.tsx'
import { ErrorNotice, Notice, Waiting } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { Card } from './card.tsx'
import { FirstCredential } from './first-credential.tsx'

/**
 * Where a one-time link leads. Its token stands behind the `#`, which browsers send to no server, and is taken out
 * of the address bar at once.
 */
export function WelcomePage() {
  const { t } = useTranslation('session')
  const [token] = useState(takeToken)
  const session = useSessionOrNobody()
  const facts = useQuery({
    queryKey: ['readLink', token],
    enabled: token !== '',
    retry: false,
    queryFn: ({ signal }) => call('readLink', { body: { token } }, { signal }),
  })
  if (session?.mustSetCredential) return <FirstCredential />
  if (token === '') {
    return (
      <Card title={t('session:welcome.title')}>
        <Notice intent="warning">{t('session:welcome.noToken')}</Notice>
        <Link to="/sign-in">{t('session:signIn')}</Link>
      </Card>
    )
  }
  if (facts.data) return <LinkForm token={token} link={facts.data} />
  return (
    <Card title={t('session:welcome.title')}>
      {facts.error ? <ErrorNotice error={facts.error} /> : <Waiting />}
      {facts.error && <Link to="/sign-in">{t('session:signIn')}</Link>}
    </Card>
  )
}

let taken = ''

/** Kept outside the component: strict mode asks twice, and the address holds it only the first time. */
function takeToken(): string {
  if (location.hash.length > 1) {
    taken = decodeURIComponent(location.hash.slice(1))
    history.replaceState(history.state, '', location.pathname)
  }
  return taken
}

function LinkForm({ token, link }: { token: string; link: Answer<'readLink'> }) {
  const { t } = useTranslation('session')
  const router = useRouter()
  const navigate = useNavigate()
  const take = useTakeSession()
  const first = link.purpose === 'first-administrator'
  const [username, setUsername] = useState(link.username ?? '')
  const [name, setName] = useState(link.name ?? '')
  const [password, setPassword] = useState<string | null>(null)
  const enter = (session: SessionFacts) => {
    take(session)
    if (session.mustSetCredential) void navigate({ to: '/welcome', replace: true })
    else router.history.replace('/')
  }
  const signIn = useChange('signInWithLink', {
    onSuccess: (answer) => answer.state === 'signed-in' && enter(answer.session),
  })
  const send = () => {
    if (password === null || signIn.isPending) return
    signIn.mutate({ body: { token, password, ...(first ? { username, name } : {}) } })
  }
  return (
    <Card title={t(titles[link.purpose])} lead={t(leads[link.purpose], { name: link.name ?? '' })}>
      <Form onSubmit={send}>
        <ErrorNotice error={signIn.error} />
        {first && (
          <>
            <TextField
              label={t('session:username')}
              hint={t('session:usernameHint')}
              value={username}
              onChange={setUsername}
              autoComplete="username"
              required
            />
            <TextField
              label={t('session:name')}
              value={name}
              onChange={setName}
              autoComplete="name"
              required
            />
          </>
        )}
        <NewPassword onChange={setPassword} />
        <Button
          type="submit"
          appearance="primary"
          disabled={password === null || (first && (username === '' || name === ''))}
          disabledFocusable={signIn.isPending}
        >
          {t('session:welcome.submit')}
        </Button>
        {!first && (
          <Button onClick={() => signIn.mutate({ body: { token } })}>
            {t('session:welcome.usePasskey')}
          </Button>
        )}
        <span>
          {t('session:welcome.expires')} <Time of={link.expiresAt} />
        </span>
      </Form>
    </Card>
  )
}

const titles = {
  'first-administrator': 'session:welcome.firstTitle',
  invitation: 'session:welcome.title',
  reset: 'session:welcome.resetTitle',
} as const

const leads = {
  'first-administrator': 'session:welcome.firstLead',
  invitation: 'session:welcome.invitationLead',
  reset: 'session:welcome.resetLead',
} as const
