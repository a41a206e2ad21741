import { QueryClient } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { RequestRefused } from '../../api/client.ts'
import { sessionQuery } from '../api/session.ts'
import { speak, startLanguages } from '../i18n/start.ts'
import { Providers } from './providers.tsx'
import { createPortalRouter } from './router.ts'

/** Draws the portal into the page, in the language of whoever is signed in. */
export async function startPortal(): Promise<void> {
  const queries = createQueries()
  const [session] = await Promise.all([
    // Unreachable at the start: the sign-in page says so and tries again.
    queries.fetchQuery(sessionQuery).catch(() => null),
    startLanguages(),
  ])
  queries.setQueryData(sessionQuery.queryKey, session)
  await speak(session?.user.language ?? null)
  const router = createPortalRouter(queries)
  createRoot(document.getElementById('portal')!).render(
    <StrictMode>
      <Suspense>
        <Providers queries={queries}>
          <RouterProvider router={router} />
        </Providers>
      </Suspense>
    </StrictMode>,
  )
}

const retriesMax = 2

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // Reads are audited: coming back to a window is no reason to read again.
        refetchOnWindowFocus: false,
        // What the server refused stays refused; only a lost connection is tried again.
        retry: (failures, error) => !(error instanceof RequestRefused) && failures < retriesMax,
      },
      mutations: { networkMode: 'always' },
    },
  })
}
