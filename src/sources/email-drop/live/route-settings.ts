/** The ways in which a vendor hands over e-mails. Secrets are apart: settings may be shown. */
import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import { onTheMachine } from '../../source.ts'
import { reading } from '../settings.ts'

const host = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[\w.:-]+$/, 'a host name or an address')
const port = z.int().min(1).max(65_535)
const quietSeconds = z
  .number()
  .min(0)
  .max(300)
  .default(10)
  .describe('A file is taken when it has not changed for so long')
const pem = z.string().min(1).max(100_000)
const transport = z.enum(['tls', 'starttls', 'none-loopback-only'])

export function isLoopback(name: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i.test(name)
}

const folderWay = z.object({
  way: z.literal('folder'),
  ...reading,
  folder: z
    .string()
    .min(1)
    .meta({
      description: 'Folder that the vendor lays its files into; nothing is moved or deleted there',
      ...onTheMachine,
    }),
  quietSeconds,
})

const sftpWay = z.object({
  way: z.literal('sftp'),
  ...reading,
  host: host.describe('SFTP server'),
  port: port.default(22),
  user: z.string().min(1),
  folder: z.string().min(1).default('.').describe('Folder on the server; nothing is moved or deleted there'),
  hostKeySha256: z
    .string()
    .trim()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'the fingerprint as ssh-keygen -l prints it: SHA256:…')
    .describe("Fingerprint of the server's key, as ssh-keygen -lf prints it"),
  quietSeconds,
})

const imapWay = z
  .object({
    way: z.literal('imap'),
    ...reading,
    host: host.describe('IMAP server'),
    port: port.default(993),
    tls: transport.default('tls'),
    ca: pem.optional().describe('Certificate authority of your own (PEM)'),
    user: z.string().min(1),
    mailbox: z.string().min(1).default('INBOX'),
    moveTo: z
      .string()
      .min(1)
      .optional()
      .describe('Folder that e-mails are moved to once they are captured; empty: they stay, unread'),
  })
  .refine((way) => way.tls !== 'none-loopback-only' || isLoopback(way.host), {
    message: 'Without TLS only this machine is spoken to: choose tls or starttls.',
    path: ['tls'],
  })
  .refine((way) => way.moveTo !== way.mailbox, { message: 'Choose another folder.', path: ['moveTo'] })

/** A message is whole in memory while it is made durable, several at a time. */
const smtpMegabytesMax = 100

const smtpWay = z
  .object({
    way: z.literal('smtp'),
    ...reading,
    emailMegabytesMax: z
      .int()
      .min(1)
      .max(smtpMegabytesMax)
      .default(50)
      .describe('Largest e-mail that is taken, in MiB; a larger one is refused, and the sender told'),
    host: host.default('127.0.0.1').describe('Address to listen on'),
    port: port.describe('Port to listen on'),
    tls: transport.default('starttls'),
    certificate: pem.optional().describe('Certificate with its chain (PEM)'),
    allowedClients: z
      .array(z.string().trim().refine(isNetwork, 'an address or a network, for example 192.0.2.0/24'))
      .max(100)
      .default([])
      .describe('Addresses or networks that may deliver; empty: whoever signs in'),
    allowedSenders: z
      .array(z.string().trim().toLowerCase().min(1))
      .max(100)
      .default([])
      .describe('Envelope senders that are taken: addresses or whole domains; empty: all'),
    user: z.string().min(1).optional().describe('Name to sign in with; empty: nobody signs in'),
  })
  .refine((way) => way.tls !== 'none-loopback-only' || isLoopback(way.host), {
    message: 'Without TLS only this machine is listened to: choose tls or starttls.',
    path: ['tls'],
  })
  .refine((way) => way.tls === 'none-loopback-only' || way.certificate !== undefined, {
    message: 'Give the certificate that the listener shows.',
    path: ['certificate'],
  })
  .refine((way) => isLoopback(way.host) || way.allowedClients.length > 0 || way.user !== undefined, {
    message: 'Say who may deliver: networks, or a name to sign in with.',
    path: ['allowedClients'],
  })

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/')
  const family = isIP(address)
  return (
    family !== 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)))
  )
}

/** Whether an address is in one of the networks; IPv4 in IPv6 counts as IPv4. */
export function createNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family)
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    const family = isIP(plain)
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4')
  }
}

export const emailDropRouteSettings = z.discriminatedUnion('way', [folderWay, sftpWay, imapWay, smtpWay])
export type EmailDropRouteSettings = z.infer<typeof emailDropRouteSettings>
export type FolderWay = z.infer<typeof folderWay>
export type SftpWay = z.infer<typeof sftpWay>
export type ImapWay = z.infer<typeof imapWay>
export type SmtpWay = z.infer<typeof smtpWay>

export const emailDropSecret = z.object({
  password: z.string().min(1).optional().describe('Password (IMAP, SFTP, SMTP)'),
  accessToken: z.string().min(1).optional().describe('OAuth token (IMAP), instead of a password'),
  privateKey: pem
    .optional()
    .describe('Private key (SFTP, instead of a password; or that of the certificate, SMTP)'),
  passphrase: z.string().min(1).optional().describe('Passphrase of the private key'),
})
export type EmailDropSecret = z.infer<typeof emailDropSecret>
