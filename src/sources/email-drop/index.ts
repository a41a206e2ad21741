/** E-mails that an archiver vendor's product sends or lays down: EML, zips of it, mbox; folder, IMAP, SFTP, SMTP. */
import { once } from 'node:events'
import { defineLiveSource } from '../live-source.ts'
import { defineSource } from '../source.ts'
import { captureFiles } from './capture.ts'
import { decodeRecord, sourceName } from './decode.ts'
import { splitKept } from './live/kept-email.ts'
import {
  type EmailDropRouteSettings,
  type EmailDropSecret,
  emailDropRouteSettings,
  emailDropSecret,
} from './live/route-settings.ts'
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
    // Mail and file servers bring libraries that a command which only decodes does not wait for.
    async *pull(given) {
      yield* (await import('./live/pull.ts')).pullEmails(given)
    },
    async listen(given) {
      const { settings, signal } = given
      if (settings.way === 'smtp') {
        const { listenForEmails } = await import('./live/smtp.ts')
        await listenForEmails({ ...given, settings })
      } else if (!signal.aborted) await once(signal, 'abort')
    },
    split: splitKept,
    test: async (given) => (await import('./live/test-route.ts')).testRoute(given),
  }),
})
