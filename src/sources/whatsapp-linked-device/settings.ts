/** What a route of a linked device is given. */
import { z } from 'zod'
import { onTheMachine } from '../source.ts'

const phone = z
  .string()
  .transform((written) => written.replace(/[\s().-]/g, '').replace(/^(?:00|\+)?/, '+'))
  .pipe(
    z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'Give the number with its country code, for example +44 7700 900123.'),
  )

const host = z.string().regex(/^[a-z\d.-]+(:\d+)?$/, 'a host name, for example mmg.whatsapp.net')

export const linkedDeviceRouteSettings = z.object({
  custodian: phone.describe('Number of the registered user whose phone the device is linked to'),
  mediaHosts: z.array(host).default(['mmg.whatsapp.net']).describe('Hosts that media come from'),
  /** Only for hosts on this machine. */
  mediaProtocol: z
    .enum(['https', 'http'])
    .default('https')
    .meta({ ...onTheMachine }),
})
export type LinkedDeviceRouteSettings = z.infer<typeof linkedDeviceRouteSettings>

export const linkedDeviceSecret = z.object({
  sharedKey: z
    .string()
    .min(32)
    .describe('The key that the plug-in signs its calls with, 32 characters or more'),
})
export type LinkedDeviceSecret = z.infer<typeof linkedDeviceSecret>

export const linkedDeviceFileSettings = z.object({
  custodian: phone.describe('Number of the registered user whose phone the device is linked to'),
  media: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Folder of encrypted media, named as in their address', ...onTheMachine }),
})
export type LinkedDeviceFileSettings = z.infer<typeof linkedDeviceFileSettings>

/** What an administrator accepts before a route may run. */
export const linkedDeviceRisk =
  "A linked device speaks WhatsApp's protocol without being WhatsApp's own program. WhatsApp says that this breaks its terms; it may unlink the device, restrict or ban the number, and what it changes may stop the capture. Some messages cannot be decrypted and view-once content is never handed over; both are listed as gaps."
