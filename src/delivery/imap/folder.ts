/** The folder in a mailbox, by the server's own delimiter and namespace. */
import type { ImapFlow, MailboxObject } from 'imapflow'
import type { Target } from '../delivery.ts'
import { DeliveryProblem } from '../problem.ts'
import { codeOf, isRefusedCommand, wordsOf } from './connection.ts'
import type { ImapSettings } from './settings.ts'

/** Opens the folder, made and subscribed where it is not there. Throws `DeliveryProblem`. */
export async function openFolder(
  client: ImapFlow,
  settings: ImapSettings,
  { address, folder }: Target,
): Promise<MailboxObject> {
  const path = folderPath(client, settings, folder)
  try {
    const opened = (await existing(client, path)) ?? (await made(client, address, path))
    if (opened.readOnly) throw taken(address, path)
    if (opened.subscribed === false) await client.mailboxSubscribe(path)
    return opened
  } catch (error) {
    if (isRefusedCommand(error)) throw refused(address, path, error)
    throw error
  }
}

/** Null where the server does not open it, for whatever reason. */
async function existing(client: ImapFlow, path: string): Promise<MailboxObject | null> {
  try {
    return await client.mailboxOpen(path)
  } catch (error) {
    if (isRefusedCommand(error)) return null
    throw error
  }
}

async function made(client: ImapFlow, address: string, path: string): Promise<MailboxObject> {
  // Some servers would make a mailbox of a mere node, under folders that somebody else arranged.
  if ((await flagsOf(client, path))?.has('\\Noselect')) throw taken(address, path)
  await client.mailboxCreate(path)
  return client.mailboxOpen(path)
}

function folderPath(client: ImapFlow, { folderPrefix }: ImapSettings, folder: string): string {
  // The personal namespace (RFC 2342), which the library reads and does not declare.
  const { namespace } = client as unknown as { namespace?: { prefix?: string; delimiter?: string } }
  const levels = [...(folderPrefix?.split('/') ?? []), folder]
  return `${namespace?.prefix ?? ''}${levels.join(namespace?.delimiter || '/')}`
}

/** Null where there is no such folder. */
async function flagsOf(client: ImapFlow, path: string): Promise<Set<string> | null> {
  const listed = await client.list()
  return listed.find((one) => one.path === path)?.flags ?? null
}

function taken(address: string, path: string): DeliveryProblem {
  return new DeliveryProblem(
    'folder-taken',
    `"${path}" of ${address} cannot hold e-mails: it is read-only or a mere node of the folder tree. Rename or delete it, or set another folder prefix.`,
  )
}

function refused(address: string, path: string, error: unknown): DeliveryProblem {
  const words = wordsOf(error)
  if (codeOf(error) === 'OVERQUOTA')
    return new DeliveryProblem('mailbox-full', fullMailbox(address, words), { cause: error })
  return new DeliveryProblem(
    'mailbox-refused',
    `The server does not let "${path}" of ${address} be made or opened (${words}): check the rights of this login.`,
    { cause: error },
  )
}

export function fullMailbox(address: string, words: string): string {
  return `The mailbox ${address} is full (${words}): raise its quota or make room; the items wait.`
}
