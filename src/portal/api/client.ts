import {
  type CallAnswer,
  type CallInput,
  type CallOptions,
  type ClientOptions,
  callEndpoint,
  RequestRefused,
} from '../../api/client.ts'
import type { SessionFacts } from '../../api/endpoints/session.ts'
import type { Endpoint, EndpointName, Endpoints } from '../../api/index.ts'
import { ask } from './asks.ts'
import { addresses, definitions } from './endpoints.generated.ts'
import { reach } from './reach.ts'
import { sendFile } from './uploads.ts'

export type Input<Name extends EndpointName> = CallInput<Endpoints[Name]>
export type Answer<Name extends EndpointName> = CallAnswer<Endpoints[Name]>
/** An endpoint without parameters, query and body is called without input. */
export type InputOf<Name extends EndpointName> = unknown extends Input<Name> ? undefined : Input<Name>

let session: SessionFacts | null = null

/** The session whose CSRF token goes with every call; null when nobody is signed in. */
export function callAs(facts: SessionFacts | null): void {
  session = facts
}

const options: ClientOptions = {
  server: '',
  headers: (): Record<string, string> => (session === null ? {} : { 'x-holdfast-csrf': session.csrfToken }),
  fetch: async (input, init) => {
    try {
      const file = init?.body instanceof Blob ? init.body : null
      const response = file ? await sendFile(String(input), init ?? {}, file) : await fetch(input, init)
      reach.set(true)
      return response
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) reach.set(false)
      throw error
    }
  },
}

async function definitionOf(name: EndpointName): Promise<Endpoint> {
  const table: Readonly<Record<string, Endpoint>> = await definitions[addresses[name].of]()
  return table[name]!
}

/**
 * Calls the server. A session that ended and a proof of identity that is asked for open a dialog; the call is made
 * again when the person has answered it.
 * @throws RequestRefused with the server's code and sentence; TypeError when the server cannot be reached.
 */
export async function call<Name extends EndpointName>(
  name: Name,
  input?: InputOf<Name>,
  callOptions?: CallOptions,
): Promise<Answer<Name>> {
  const endpoint = await definitionOf(name)
  for (;;) {
    try {
      return (await callEndpoint(endpoint, options, input ?? {}, callOptions)) as Answer<Name>
    } catch (error) {
      const kind = askOf(name, error)
      if (kind === null || !(await ask(kind))) throw error
    }
  }
}

function askOf(name: EndpointName, error: unknown) {
  if (!(error instanceof RequestRefused) || addresses[name].access === 'anybody') return null
  if (name === 'signOut') return null
  if (error.code === 'confirm-identity') return 'identity'
  const ended = error.status === 401 && (error.code === 'not-signed-in' || error.code === 'session-expired')
  // At the start nobody is signed in: that is the sign-in page's, not a dialog's.
  return ended && session !== null ? 'sign-in' : null
}
