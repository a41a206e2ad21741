/**
 * After a Business-app user was signed up (Meta, "Onboard WhatsApp Business app users"): within 24 hours, and once only,
 * contacts are asked for and then the history. What comes of it arrives as webhooks.
 */
import { AppError } from '../../domain/errors.ts'
import { textOf } from '../formats/raw-json.ts'
import type { RouteFinding } from '../live-source.ts'
import { callGraph, type GraphGiven } from './graph-client.ts'

export const syncTypes = ['smb_app_state_sync', 'history'] as const
export type SyncType = (typeof syncTypes)[number]

const windowMs = 24 * 60 * 60 * 1000

/** What was asked for so far; kept by the caller, because Meta takes each request once. */
export type SyncRequests = Readonly<
  Partial<Record<SyncType, { readonly requestId: string; readonly at: number }>>
>

/**
 * Asks for what was not asked for yet, in Meta's order. `onRequested` is told of each as soon as Meta took it. Throws
 * `vendor-refused` after the 24 hours, and what the API throws.
 */
export async function requestSyncs(
  given: GraphGiven,
  number: { readonly phoneNumberId: string; readonly onboardedAt: number; readonly now: number },
  done: SyncRequests,
  onRequested: (requests: SyncRequests) => Promise<void>,
): Promise<SyncRequests> {
  let requests = done
  for (const type of syncTypes) {
    if (requests[type]) continue
    if (number.now - number.onboardedAt > windowMs)
      throw new AppError(
        'vendor-refused',
        `Meta takes the request for ${type} within 24 hours of the sign-up only: unlink the number in the app and sign it up again.`,
      )
    const answer = await callGraph(given, `/${number.phoneNumberId}/smb_app_data`, {
      messaging_product: 'whatsapp',
      sync_type: type,
    })
    requests = { ...requests, [type]: { requestId: textOf(answer, 'request_id'), at: number.now } }
    await onRequested(requests)
  }
  return requests
}

/** Whether the token works, and each number is on the Business app and on the Cloud API. Never throws. */
export async function testRoute(given: GraphGiven): Promise<readonly RouteFinding[]> {
  if (given.secret.accessToken === undefined)
    return [
      {
        check: 'access token',
        problem: 'There is none: media cannot be fetched. Add a system user’s token to the secret.',
      },
    ]
  if (given.settings.phoneNumberIds.length === 0)
    return [
      {
        check: 'phone numbers',
        problem: 'None is named: add the ids of the business numbers to phoneNumberIds.',
      },
    ]
  const findings: RouteFinding[] = []
  for (const number of given.settings.phoneNumberIds) findings.push(await testNumber(given, number))
  return findings
}

async function testNumber(given: GraphGiven, number: string): Promise<RouteFinding> {
  const check = `number ${number}`
  try {
    const facts = await callGraph(given, `/${number}?fields=display_phone_number,is_on_biz_app,platform_type`)
    if (textOf(facts, 'platform_type') !== 'CLOUD_API')
      return { check, problem: 'It is not on the Cloud API: finish the sign-up of the number first.' }
    if (textOf(facts, 'is_on_biz_app') !== 'true')
      return {
        check,
        problem: 'It is not in the WhatsApp Business app: only what goes through the Cloud API is captured.',
      }
    return { check }
  } catch (error) {
    return { check, problem: error instanceof AppError ? error.message : 'It could not be asked for.' }
  }
}
