/** WhatsApp through a linked device, which a separate plug-in process speaks for. */
import { defineLiveSource } from '../live-source.ts'
import { defineSource } from '../source.ts'
import { captureFiles } from './capture.ts'
import { decodeRecord, sourceName } from './decode.ts'
import { fetchMedia } from './open-media.ts'
import { receive } from './receive.ts'
import {
  type LinkedDeviceFileSettings,
  type LinkedDeviceRouteSettings,
  type LinkedDeviceSecret,
  linkedDeviceFileSettings,
  linkedDeviceRisk,
  linkedDeviceRouteSettings,
  linkedDeviceSecret,
} from './settings.ts'
import { splitLines } from './split.ts'

export const whatsappLinkedDevice = defineSource<LinkedDeviceFileSettings>({
  name: sourceName,
  title: 'WhatsApp Cloud Archiver (linked device, QR code)',
  channels: ['whatsapp'],
  settings: linkedDeviceFileSettings,
  capture: ({ files, settings }) => captureFiles(files, settings),
  decode: decodeRecord,
  live: defineLiveSource<LinkedDeviceRouteSettings, LinkedDeviceSecret>({
    settings: linkedDeviceRouteSettings,
    secret: linkedDeviceSecret,
    risk: linkedDeviceRisk,
    // A phone's history comes in one piece.
    bodyBytesMax: 64 * 1024 * 1024,
    receive,
    *split(given, { bytes, receivedAt }) {
      yield* splitLines({
        body: bytes,
        custodian: given.settings.custodian,
        context: { receivedAt },
        openMedia: (media) => fetchMedia(given, media),
      })
    },
  }),
})
