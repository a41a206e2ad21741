/** E-mails that an archiver vendor's product sends or lays down: EML, zips of it, mbox; folder, IMAP, SFTP, SMTP. */
import { once } from 'node:events'
import { defineLiveSource } from '../live-source.ts'
import { defineSource } from '../source.ts'
import { captureFiles } from './capture.ts'
import { decodeRecord, sourceName } from './decode.ts'
import { splitKept } from './live/kept-email.ts'
import { pullEmails } from './live/pull.ts'
import {
  type EmailDropRouteSettings,
  type EmailDropSecret,
  emailDropRouteSettings,
  emailDropSecret,
} from './live/route-settings.ts'
import { listenForEmails } from './live/smtp.ts'
import { testRoute } from './live/test-route.ts'
import { emailDropFileSettings, type ReadingSettings } from './settings.ts'

export const emailDrop = defineSource<ReadingSettings>({
  name: sourceName,
  title: 'E-mails of another archiver (EML)',
  channels: ['whatsapp', 'wechat', 'wecom'],
  settings: emailDropFileSettings,
  capture: ({ files, settings, registeredUsers }) => captureFiles(files, settings, registeredUsers),
  decode: decodeRecord,
  live: defineLiveSource<EmailDropRouteSettings, EmailDropSecret>({
    settings: emailDropRouteSettings,
    secret: emailDropSecret,
    pullEveryMinutes: 1,
    pull: pullEmails,
    async listen(given) {
      const { settings, signal } = given
      if (settings.way === 'smtp') await listenForEmails({ ...given, settings })
      else if (!signal.aborted) await once(signal, 'abort')
    },
    split: splitKept,
    test: testRoute,
  }),
})
