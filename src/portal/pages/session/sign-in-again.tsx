import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type SessionFacts, sessionFacts } from '../../../api/endpoints/session.ts'
import { settleAsk } from '../../api/asks.ts'
import { linkTo } from '../../api/calls.ts'
import { useSession, useTakeSession } from '../../api/session.ts'
import { SignInForm } from './sign-in-form.tsx'

/** The session ended while somebody worked: signs in over the page, which keeps all that was typed. */
export function SignInAgain() {
  const { t } = useTranslation(['session', 'general'])
  const { user } = useSession()
  const take = useTakeSession()
  const enter = (session: SessionFacts) => {
    // Somebody else must not find the former's page.
    if (session.user.id !== user.id) location.assign('/')
    take(session)
    settleAsk('sign-in', true)
  }
  const askProvider = useProviderWindow(enter)
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('session:again.title')}</DialogTitle>
          <DialogContent>
            <p>{t('session:again.text')}</p>
            <SignInForm username={user.username} onSignedIn={enter} onProvider={askProvider} />
          </DialogContent>
          <DialogActions>
            <Button onClick={() => settleAsk('sign-in', false)}>{t('general:action.cancel')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

const askMilliseconds = 1_500

/** Opens the provider's sign-in in a window of its own and waits until the session is there. */
function useProviderWindow(onSignedIn: (session: SessionFacts) => void): () => void {
  const [child, setChild] = useState<Window | null>(null)
  const latest = useRef(onSignedIn)
  latest.current = onSignedIn
  useEffect(() => {
    if (child === null) return
    const timer = setInterval(async () => {
      const session = await readSessionQuietly()
      if (session === null) return
      child.close()
      setChild(null)
      latest.current(session)
    }, askMilliseconds)
    return () => clearInterval(timer)
  }, [child])
  return () =>
    setChild(window.open(linkTo('beginProviderSignIn'), 'holdfast-sign-in', 'width=520,height=680'))
}

async function readSessionQuietly(): Promise<SessionFacts | null> {
  const response = await fetch(linkTo('readSession'))
  if (!response.ok) return null
  return sessionFacts.parse(await response.json())
}
