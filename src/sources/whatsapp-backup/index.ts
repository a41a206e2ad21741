/** WhatsApp from the phone's own backups and databases (Phone Archiver). */
import { defineSource } from '../source.ts'
import { captureBackups } from './capture.ts'
import { decodeRecord } from './decoding/decode.ts'
import { sourceName } from './decoding/message.ts'
import { live } from './live.ts'
import { type WhatsappBackupSettings, whatsappBackupSettings } from './settings.ts'

export const whatsappBackup = defineSource<WhatsappBackupSettings>({
  name: sourceName,
  title: 'WhatsApp phone backup',
  channels: ['whatsapp'],
  settings: whatsappBackupSettings,
  capture: ({ files, settings, registeredUsers }) => captureBackups(files, settings, registeredUsers),
  decode: decodeRecord,
  live,
})
