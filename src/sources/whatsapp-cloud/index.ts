/** WhatsApp Business by Meta's Cloud API, with coexistence. */
import { defineLiveSource } from '../live-source.ts'
import { defineSource } from '../source.ts'
import { captureFiles } from './capture.ts'
import { decodeRecord, sourceName } from './decode.ts'
import { fetchMedia } from './fetch-media.ts'
import { testRoute } from './onboarding.ts'
import { pullHistory } from './pull.ts'
import { receive } from './receive.ts'
import {
  type WhatsappCloudFileSettings,
  whatsappCloudFileSettings,
  whatsappCloudRouteSettings,
  whatsappCloudSecret,
} from './settings.ts'
import { splitBody } from './split.ts'
import { syncRoute } from './sync.ts'

export const whatsappCloud = defineSource<WhatsappCloudFileSettings>({
  name: sourceName,
  title: 'WhatsApp Business (official interface)',
  channels: ['whatsapp'],
  settings: whatsappCloudFileSettings,
  capture: ({ files, settings }) => captureFiles(files, settings),
  decode: decodeRecord,
  live: defineLiveSource({
    settings: whatsappCloudRouteSettings,
    secret: whatsappCloudSecret,
    pullEveryMinutes: 60,
    receive,
    *split(given, { bytes, receivedAt }) {
      yield* splitBody({
        body: bytes,
        context: { receivedAt: String(receivedAt / 1000) },
        openMedia: (media, { phoneNumberId }) => fetchMedia(given, media, phoneNumberId),
      })
    },
    pull: pullHistory,
    test: testRoute,
    sync: syncRoute,
  }),
})
