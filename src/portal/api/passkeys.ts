import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'

type Json = Record<string, unknown>

export const passkeysWork = (): boolean => typeof PublicKeyCredential === 'function'

/** Asks the browser for a passkey; null when the person dismissed its dialog. */
export async function askForPasskey(options: Json): Promise<Json | null> {
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  return dismissed(startAuthentication({ optionsJSON }))
}

/** Lets the browser make a passkey; null when the person dismissed its dialog. */
export async function makePasskey(options: Json): Promise<Json | null> {
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
  return dismissed(startRegistration({ optionsJSON }))
}

async function dismissed(asked: Promise<unknown>): Promise<Json | null> {
  try {
    return (await asked) as Json
  } catch (error) {
    if (error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError'))
      return null
    throw error
  }
}
