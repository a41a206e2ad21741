import * as access from '../../access/index.ts'
import type { systemEndpoints } from '../../api/endpoints/system.ts'
import { currentTermsVersion } from '../../connector/index.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function settingsHandlers({
  access: own,
}: PortalParts): Pick<Handlers<typeof systemEndpoints>, 'readSettings' | 'changeSettings' | 'testProvider'> {
  const facts = async () =>
    factsOf(await access.readSettings(own.queries), await currentTermsVersion(own.queries))
  return {
    readSettings: facts,
    async changeSettings({ body }, { principal }) {
      const { provider, ...others } = body
      const change: access.SettingsChange = {
        ...stripUndefined(others),
        ...(provider === undefined ? {} : { provider: await providerOf(own, provider) }),
      }
      const outcome = await access.doOrAsk(own, principal, { operation: 'changeSettings', change })
      return outcome.state === 'waiting' ? outcome : { state: 'done', result: await facts() }
    },
    async testProvider() {
      const { provider } = await access.readSettings(own.queries)
      if (!provider) throw new AppError('bad-settings', 'No sign-in provider is set up; save one first.')
      const result = await access.testProvider(own, provider)
      await appendAudit(own.queries, {
        at: own.clock.now(),
        operation: 'change-settings',
        target: 'provider',
        outcome: 'succeeded',
        details: { tested: true, ok: result.ok },
      })
      return result
    },
  }
}

function factsOf({ provider, termsText, ...settings }: access.Settings, termsVersion: string) {
  return {
    ...settings,
    provider: provider && withoutSecret(provider),
    terms: { version: termsVersion, text: termsText },
  }
}

function withoutSecret({ sealedClientSecret, ...provider }: access.ProviderSettings) {
  return { ...provider, hasClientSecret: sealedClientSecret !== null }
}

type ProviderInput = Omit<access.ProviderSettings, 'sealedClientSecret'> & {
  readonly clientSecret?: string | undefined
}

/** The secret goes sealed into the database, in a request that waits for a second person too; absent, it stays. */
async function providerOf(
  own: access.AccessParts,
  input: ProviderInput | null,
): Promise<access.ProviderSettings | null> {
  if (input === null) return null
  access.issuerAddress(input.issuer)
  const { clientSecret, ...provider } = input
  const before = (await access.readSettings(own.queries)).provider
  // A secret is for the provider it was made at: another one must not be told it.
  const kept = before?.issuer === input.issuer ? before.sealedClientSecret : null
  const sealedClientSecret = clientSecret ? await access.sealClientSecret(own, clientSecret) : kept
  return { ...provider, sealedClientSecret }
}

type Defined<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> }

function stripUndefined<Values extends object>(values: Values): Defined<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Defined<Values>
}
