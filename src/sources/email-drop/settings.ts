/** How the e-mails of an archiver vendor are to be read. The schema renders the wizard's form. */
import { z } from 'zod'
import { channels } from '../../domain/message.ts'

/** Lists that go into each record's context are short, because the context is. */
const listMax = 20
const word = z.string().trim().toLowerCase().min(1).max(100)
const headerName = word.regex(/^[!-9;-~]+$/, 'the name of a header field, for example x-participants')

/** Shared by files and routes. */
export const reading = {
  channel: z.enum(channels).default('whatsapp').describe('Where the messages come from'),
  channelHeader: headerName
    .optional()
    .describe('Header field that names the channel (WhatsApp, WeChat, WeCom) where one vendor sends several'),
  participantHeaders: z
    .array(headerName)
    .max(listMax)
    .default([])
    .describe('Header fields that name further participants'),
  conversationHeader: headerName.optional().describe('Header field that holds the id of the chat'),
  phoneDomains: z
    .array(word)
    .max(listMax)
    .default([])
    .describe(
      'Domains whose addresses begin with a phone number (447700900001@vendor.example); empty: all but those of mail providers',
    ),
  archiveAddresses: z
    .array(word)
    .max(listMax)
    .default([])
    .describe('Addresses that the vendor delivers to, which are no participants'),
  emailMegabytesMax: z
    .int()
    .min(1)
    .max(500)
    .default(150)
    .describe('Largest e-mail that is taken, in MiB; a larger one becomes a gap'),
} as const

export const emailDropFileSettings = z.object(reading)
export type ReadingSettings = z.infer<typeof emailDropFileSettings>

export function emailBytesMax({ emailMegabytesMax }: ReadingSettings): number {
  return emailMegabytesMax * 1024 * 1024
}
