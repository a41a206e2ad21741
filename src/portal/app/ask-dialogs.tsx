import { lazy, Suspense, useSyncExternalStore } from 'react'
import { openAsk } from '../api/asks.ts'

const SignInAgain = lazy(async () => ({
  default: (await import('../pages/session/sign-in-again.tsx')).SignInAgain,
}))
const ConfirmIdentity = lazy(async () => ({
  default: (await import('../pages/session/confirm-identity.tsx')).ConfirmIdentity,
}))

/** What a call waits for: opened by any call, over any page, which keeps what was typed. */
export function AskDialogs() {
  const kind = useSyncExternalStore(openAsk.subscribe, openAsk.get)
  return (
    <Suspense>
      {kind === 'sign-in' && <SignInAgain />}
      {kind === 'identity' && <ConfirmIdentity />}
    </Suspense>
  )
}
