/** How a route reaches Meta, and what it was given to prove itself. */
import { z } from 'zod'
import { onTheMachine } from '../source.ts'

/** https, or plain http to this machine alone. */
const address = z
  .url()
  .refine(
    (text) =>
      text.startsWith('https://') || /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/]/.test(`${text}/`),
    {
      message: 'use https',
    },
  )

const host = z.string().regex(/^[a-z\d.-]+(:\d+)?$/, 'a host name, for example lookaside.fbsbx.com')

export const whatsappCloudRouteSettings = z.object({
  /** Business phone numbers by the id that webhooks name them with. */
  phoneNumberIds: z
    .array(z.string().regex(/^\d+$/))
    .default([])
    .describe('Ids of the business phone numbers, for asking Meta about them'),
  graphUrl: address.default('https://graph.facebook.com').describe("Address of Meta's Graph API"),
  apiVersion: z
    .string()
    .regex(/^v\d+\.\d+$/)
    .default('v23.0')
    .describe('Version of the Graph API'),
  /** The token goes to these hosts and to `graphUrl` alone. */
  mediaHosts: z.array(host).default(['lookaside.fbsbx.com']).describe('Hosts that media come from'),
})
export type WhatsappCloudRouteSettings = z.infer<typeof whatsappCloudRouteSettings>

export const whatsappCloudSecret = z.object({
  appSecret: z.string().min(16).describe('App secret, with which webhooks are signed'),
  previousAppSecret: z.string().min(16).optional().describe('The secret before, while it is being replaced'),
  verifyToken: z.string().min(8).describe('The word that was given to Meta for the verification'),
  accessToken: z.string().min(8).optional().describe("A system user's token, for media and reconciliation"),
})
export type WhatsappCloudSecret = z.infer<typeof whatsappCloudSecret>

export const whatsappCloudFileSettings = z.object({
  media: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Folder of media files, named by media id, with or without an extension',
      ...onTheMachine,
    }),
})
export type WhatsappCloudFileSettings = z.infer<typeof whatsappCloudFileSettings>
