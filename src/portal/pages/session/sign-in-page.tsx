import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionFacts } from '../../../api/endpoints/session.ts'
import { linkTo, useCall } from '../../api/calls.ts'
import type { ProviderProblem } from '../../api/provider-problem.ts'
import { keepPlaceToReturn, ownPath } from '../../api/return-to.ts'
import { useSessionOrNobody, useTakeSession } from '../../api/session.ts'
import { Notice } from '../../components/notices.tsx'
import { Card } from './card.tsx'
import { SignInForm } from './sign-in-form.tsx'

const problemTexts: Readonly<Record<ProviderProblem, string>> = {
  'provider-refused': 'session:problem.refused',
  'user-unknown': 'session:problem.unknown',
  'user-exists': 'session:problem.exists',
}

export function SignInPage() {
  const { t } = useTranslation('session')
  const { next: asked, problem } = useSearch({ from: '/sign-in' })
  const next = ownPath(asked)
  const navigate = useNavigate()
  const router = useRouter()
  const take = useTakeSession()
  const known = useSessionOrNobody()
  const options = useCall('readSignInOptions', undefined, { staleTime: 60_000 })
  const enter = (session: SessionFacts) => {
    take(session)
    if (session.mustSetCredential) void navigate({ to: '/welcome', replace: true })
    else router.history.replace(next)
  }
  // Whoever is signed in already has nothing to do here.
  useEffect(() => {
    if (known !== null) router.history.replace(next)
  }, [known, next, router])
  const goToProvider = () => {
    keepPlaceToReturn(next)
    location.assign(linkTo('beginProviderSignIn'))
  }
  return (
    <Card title={t('session:signIn')} organisation={options.data?.organisation}>
      {options.data?.setUp === false && (
        <Notice title={t('session:notSetUp.title')}>{t('session:notSetUp.text')}</Notice>
      )}
      {problem && (
        <Notice intent="error" title={t('session:problem.title')}>
          {t(problemTexts[problem])}
        </Notice>
      )}
      <SignInForm onSignedIn={enter} onProvider={goToProvider} />
    </Card>
  )
}
