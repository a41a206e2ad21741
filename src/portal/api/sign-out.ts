import { RequestRefused } from '../../api/client.ts'
import { call } from './client.ts'

/** Ends the session and starts the portal anew, so that nothing of what was read stays in the page's memory. */
export async function signOut(): Promise<void> {
  try {
    await call('signOut')
  } catch (error) {
    // A session that has ended already is what was wanted; a server out of reach has its banner.
    if (!(error instanceof RequestRefused && error.status === 401)) return
  }
  location.assign('/sign-in')
}
