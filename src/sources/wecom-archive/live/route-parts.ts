/** What one route keeps while it runs: its child process, its tokens, its memory. */

import { join } from 'node:path'
import type { GapReason } from '../../../domain/gap-reasons.ts'
import type { RouteGiven } from '../../live-source.ts'
import type { CapturedGap } from '../../source.ts'
import { type Consents, openConsents } from './consents.ts'
import { fetchMedia } from './media.ts'
import { type Notices, openNotices } from './notices.ts'
import { createQyapi, type Qyapi } from './qyapi.ts'
import type { PageParts } from './records.ts'
import { openRoomNames, type RoomNames } from './room-names.ts'
import { createSdkClient, type SdkClient, type SdkCrash } from './sdk-client.ts'
import { createSdkSession, type SdkSession } from './sdk-session.ts'
import { openSealedMessages, type SealedMessages } from './sealed-messages.ts'
import type { WecomLiveSecret, WecomLiveSettings } from './settings.ts'
import { openUserIds, type UserIds } from './user-ids.ts'

export type WecomGiven = RouteGiven<WecomLiveSettings, WecomLiveSecret>

export interface RouteParts {
  readonly session: SdkSession
  readonly notices: Notices
  readonly sealed: SealedMessages
  /** With the archive's secret; with that of an app that may look people up; with that of Customer Contact. */
  readonly api: { readonly archive: Qyapi; readonly contacts: Qyapi; readonly customers: Qyapi | undefined }
  readonly fetch: PageParts['fetch']
  names(): Promise<RoomNames>
  consents(): Promise<Consents>
  userIds(): Promise<UserIds>
}

/** The reason of gaps that tell of a crash. */
export const crashReason = 'sdk-crashed' satisfies GapReason

/**
 * Files are fetched after the pull that found them has ended, so the library outlives each pull: it belongs to the
 * route, which is known by the signal that stops it.
 */
const running = new WeakMap<AbortSignal, Map<string, RouteParts>>()

export function routePartsOf(given: WecomGiven): RouteParts {
  const ofSignal = running.get(given.signal) ?? new Map<string, RouteParts>()
  running.set(given.signal, ofSignal)
  const parts = ofSignal.get(given.folder) ?? createRouteParts(given)
  ofSignal.set(given.folder, parts)
  return parts
}

function createRouteParts(given: WecomGiven): RouteParts {
  const { folder, secret, clock, random, signal } = given
  const notices = openNotices(folder)
  const session = createSdkSession(createRouteClient(given, notices), clock, signal)
  const api = createApis(given)
  let names: Promise<RoomNames> | undefined
  let consents: Promise<Consents> | undefined
  let userIds: Promise<UserIds> | undefined
  return {
    session,
    notices,
    api,
    sealed: openSealedMessages(folder, secret.privateKeys),
    names: () => (names ??= openRoomNames({ folder, clock, ...api })),
    consents: () => (consents ??= openConsents(folder, clock, api.archive)),
    userIds: () => (userIds ??= openUserIds(folder, clock, api.contacts)),
    fetch: (media, expectedBytes, messageId) =>
      fetchMedia(
        {
          ...{ session, random, signal, folder: join(folder, 'media') },
          onMismatch: (named, explanation) => notices.add(mismatch(messageId, named.name, explanation)),
        },
        media,
        expectedBytes,
      ),
  }
}

/** For the connection's test as well, which notes nothing. */
export function createRouteClient(given: WecomGiven, notices: Pick<Notices, 'add'>): SdkClient {
  const { settings, secret, folder, clock, signal } = given
  return createSdkClient({
    ...{ folder, clock, signal },
    start: {
      library: settings.library,
      corpId: settings.corpId,
      secret: secret.archiveSecret,
      proxy: settings.proxy ?? '',
      proxySignIn: secret.proxySignIn ?? '',
      privateKeys: secret.privateKeys,
    },
    onCrash: (crash) => notices.add(crashGap(crash)),
  })
}

export function createApis({ settings, secret, clock, signal }: WecomGiven): RouteParts['api'] {
  const { apiOrigin: origin, corpId } = settings
  const apiOf = (own: string) => createQyapi({ origin, corpId, secret: own, clock, signal })
  const archive = apiOf(secret.archiveSecret)
  return {
    archive,
    contacts: secret.contactsSecret === undefined ? archive : apiOf(secret.contactsSecret),
    customers: secret.customerSecret === undefined ? undefined : apiOf(secret.customerSecret),
  }
}

function crashGap({ at, number, during, how }: SdkCrash): CapturedGap {
  const explanation = `The process with the WeCom library ${how} when ${during}. It is started again, and asks for the same once more.`
  return { gap: { reason: crashReason, key: `${at}/${number}/${during}`, explanation } }
}

function mismatch(messageId: string, name: string, explanation: string): CapturedGap {
  return {
    gap: {
      reason: 'media-hash-mismatch',
      key: `${messageId}/${name}`,
      explanation: `WeCom handed out "${name}" of message ${messageId} with ${explanation}; it was captured as it is.`,
    },
  }
}
