import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openCentre, type Platform } from '../app.ts'
import {
  beginEscrow,
  type EscrowParts,
  type EscrowStatus,
  escrowStatus,
  openEscrow,
  recover,
  syncEscrow,
} from '../archive/escrow/index.ts'
import { AppError } from '../domain/errors.ts'
import { writeNewFile } from '../platform/durable-file.ts'
import { openEscrowStore } from '../platform/escrow-store/open-escrow-store.ts'
import { createLocalObjectStore } from '../platform/object-store/local-object-store.ts'
import { openObjectStore } from '../platform/object-store/open-object-store.ts'
import { systemRandom } from '../platform/random.ts'
import {
  formatPrivateKey,
  formatPublicKey,
  generateKeyPair,
  parsePrivateKey,
  publicKeyFingerprint,
} from '../platform/sealing/index.ts'
import { auditFailure, auditLook, type Context } from './context.ts'
import { factsText } from './output.ts'
import { createProgress } from './progress.ts'
import { shownTime, timeOf } from './times.ts'

export interface RecoverCommandOptions {
  readonly privateKey: string
  readonly backup?: string
  readonly objects?: string
  readonly key?: string
  readonly mailbox?: string
  readonly from?: string
  readonly to?: string
}

/** The officer's pair. Files that are there are never overwritten. */
export async function key({ output }: Context, folder: string): Promise<void> {
  const pair = generateKeyPair(systemRandom)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const files = { privateKey: join(folder, 'officer.key'), publicKey: join(folder, 'officer.pub') }
  for (const [file, text] of [
    [files.privateKey, formatPrivateKey(pair.privateKey)],
    [files.publicKey, formatPublicKey(pair.publicKey)],
  ] as const)
    await writeNewFile(file, Buffer.from(text)).catch((cause: unknown) => {
      throw new AppError('key-refused', `${file} is there already or cannot be written.`, { cause })
    })
  const facts = { ...files, fingerprint: publicKeyFingerprint(pair.publicKey) }
  await output.document(facts, ({ privateKey, publicKey, fingerprint }) =>
    [
      factsText({ 'private key': privateKey, 'public key': publicKey, fingerprint }),
      '',
      'Keep two copies of the private key offline, apart from each other; no copy goes to the archive. Read the',
      'fingerprint to its operator over the telephone.',
    ].join('\n'),
  )
}

export async function init(context: Context, platform: Platform): Promise<void> {
  const parts = await auditFailure(platform, { operation: 'begin-escrow' }, () =>
    openEscrowOrRefuse(platform, true),
  )
  await beginEscrow(parts)
  await show(context, await escrowStatus(parts))
}

export async function sync({ output, stopping }: Context, platform: Platform): Promise<void> {
  const done = await auditFailure(platform, { operation: 'sync-escrow' }, async () =>
    syncEscrow(await openEscrowOrRefuse(platform), { locks: true, signal: stopping }),
  )
  await auditLook(platform, { operation: 'sync-escrow', details: { ...done } })
  await output.document(done, ({ copied, relocked, deleted, waiting }) =>
    factsText({
      'keys copied': copied,
      'copies locked for longer': relocked,
      'copies deleted': deleted,
      'copies that wait for the end of their lock': waiting,
    }),
  )
}

export async function status(context: Context, platform: Platform): Promise<void> {
  await show(context, await escrowStatus(await openEscrowOrRefuse(platform)))
}

async function openEscrowOrRefuse(platform: Platform, toBegin = false): Promise<EscrowParts> {
  const parts = await openEscrow(await openCentre(platform), platform.config.escrow, { toBegin })
  if (parts) return parts
  throw new AppError(
    'escrow-refused',
    platform.config.escrow === null
      ? 'No escrow is set up: set HOLDFAST_ESCROW_CONTAINER or HOLDFAST_ESCROW_FOLDER.'
      : 'The escrow was not begun: "holdfast escrow init".',
  )
}

const protections: Readonly<Record<EscrowStatus['protection'], string>> = {
  locked: 'WORM: the storage keeps each copy until its time, and nobody can shorten that',
  unlocked:
    'not WORM: who may change policies of the storage can shorten the times (HOLDFAST_ESCROW_LOCK=locked)',
  none: 'NOT WORM: a folder; whoever may write into it can delete everything',
}

async function show({ output }: Context, found: EscrowStatus): Promise<void> {
  const time = (iso: string | null) => iso && shownTime(iso)
  await output.document(found, () =>
    factsText({
      escrow: found.place,
      protection: protections[found.protection],
      "officer's key": found.officer,
      copies: found.copies,
      keys: found.keys,
      'keys not copied yet': found.missing,
      'copies locked by time': found.lockedByTime,
      'copies held without an end': found.held,
      'copies not locked': found.free,
      'first lock ends': time(found.firstEnd),
      'last lock ends': time(found.lastEnd),
      'copies of destroyed keys': found.waiting,
      'last of them goes': time(found.waitingUntil),
      'all locks looked at': time(found.locksLookedAt),
    }),
  )
}

/** Opens neither data folder nor database: what is needed is in the escrow and beside the content. */
export async function recoverItems(
  { output, config }: Context,
  folder: string,
  options: RecoverCommandOptions,
): Promise<void> {
  const escrow = await openEscrowStore(config.escrow, { readOnly: true })
  if (escrow === null)
    throw new AppError(
      'escrow-refused',
      'Name the escrow: set HOLDFAST_ESCROW_CONTAINER or HOLDFAST_ESCROW_FOLDER.',
    )
  const privateKey = parsePrivateKey(readFileSync(options.privateKey, 'utf8'), options.privateKey)
  const progress = createProgress(output, 'recover')
  const range = {
    ...(options.from === undefined ? {} : { from: timeOf(options.from, '--from') }),
    ...(options.to === undefined ? {} : { to: timeOf(options.to, '--to') }),
  }
  const done = await recover(
    { escrow, objects: await objectsOf(config, options), privateKey },
    {
      folder,
      verifierKey: options.key,
      mailbox: options.mailbox,
      ...range,
      onProgress: (at, total) => progress.at(at, total, 'messages'),
    },
  ).finally(() => progress.end())
  const { items, disposed, unreadable, notOpened, logEntries, verifierKey } = done
  const facts = {
    folder,
    items: items.length,
    proven: items.filter(({ proofs }) => proofs.length > 0).length,
    disposed,
    unreadable,
    notOpened,
    logEntries,
    verifierKey,
  }
  await output.document(facts, ({ items: count, proven }) =>
    [
      factsText({
        items: count,
        'with proof': proven,
        'disposed of, not produced': disposed,
        unreadable: unreadable.length,
        'copies this key does not open': notOpened.length,
      }),
      ...(options.key === undefined
        ? ['The verifier key is the one in the escrow; give the published one by --key.']
        : []),
    ].join('\n'),
  )
}

function objectsOf(config: Context['config'], { backup, objects }: RecoverCommandOptions) {
  if (backup !== undefined) return createLocalObjectStore({ folder: join(backup, 'objects'), readOnly: true })
  if (objects !== undefined) return createLocalObjectStore({ folder: objects, readOnly: true })
  return config.objectStore.type === 'local'
    ? createLocalObjectStore({ folder: join(config.dataFolder, 'objects'), readOnly: true })
    : openObjectStore(config.objectStore, '')
}
