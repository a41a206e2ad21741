/** WhatsApp's "Export chat": a text file, or a zip of it with its media, from Android and iOS phones. */
import { defineSource } from '../source.ts'
import { captureExports } from './capture.ts'
import { decodeRecord } from './decode.ts'
import { settingsSchema, type WhatsappExportSettings } from './settings.ts'

export const whatsappExport = defineSource<WhatsappExportSettings>({
  name: 'whatsapp-export',
  title: 'WhatsApp chat export',
  channels: ['whatsapp'],
  settings: settingsSchema,
  capture: captureExports,
  decode: decodeRecord,
})
