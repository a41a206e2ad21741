import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionFacts } from '../../../api/endpoints/session.ts'
import { linkTo, useCall } from '../../api/calls.ts'
import { keepPlaceToReturn, ownPath } from '../../api/return-to.ts'
import { useSessionOrNobody, useTakeSession } from '../../api/session.ts'
import { Notice } from '../../components/notices.tsx'
import { Card } from './card.tsx'
import { SignInForm } from './sign-in-form.tsx'

export function SignInPage() {
  const { t } = useTranslation('session')
  const next = ownPath(useSearch({ from: '/sign-in' }).next)
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
      <SignInForm onSignedIn={enter} onProvider={goToProvider} />
    </Card>
  )
}
