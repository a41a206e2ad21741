import type { Platform } from '../app.ts'
import { openCentre } from '../app.ts'
import { isRecovery, verifyRecovery } from '../archive/escrow/index.ts'
import {
  type BundleVerification,
  describeLog,
  integrate,
  logKey,
  noteMissingItems,
  proveItem,
  signCheckpoint,
  signDay,
  verifyBundleFolder,
  writeBundle,
} from '../archive/log/index.ts'
import { AppError } from '../domain/errors.ts'
import { auditLook, type Context } from './context.ts'
import { factsText } from './output.ts'
import { shownTime, timeOf } from './times.ts'

export interface BundleOptions {
  readonly mailbox: string
  readonly from?: string
  readonly to?: string
}

/** Enters what waits, items that are older than the log among it, and signs. */
export async function checkpoint({ output }: Context, platform: Platform, day: boolean): Promise<void> {
  const centre = await openCentre(platform)
  await auditLook(platform, { operation: 'sign-log', details: { day } })
  await noteMissingItems(centre)
  await integrate(centre)
  const signed = day
    ? await signDay(centre)
    : { ...(await signCheckpoint(centre)), timestamped: null, problem: null }
  if (signed.problem) output.note(signed.problem)
  const { size, root, at, note, timestamped } = signed
  const facts = {
    size: Number(size),
    root: root.toString('base64'),
    at,
    note,
    ...(day ? { timestamped } : {}),
  }
  await output.document(facts, () => note)
}

export async function prove({ output }: Context, platform: Platform, id: string): Promise<void> {
  const proof = await proveItem(await openCentre(platform), id)
  await auditLook(platform, { operation: 'prove-item', target: id })
  await output.document(proof, ({ proof: text }) => text)
}

export async function key({ output }: Context, platform: Platform): Promise<void> {
  const { verifierKey, origin } = await logKey(await openCentre(platform))
  await output.document({ verifierKey, origin }, () => verifierKey)
}

export async function status({ output }: Context, platform: Platform): Promise<void> {
  const log = await describeLog(await openCentre(platform))
  await output.document(log, ({ origin, entries, waiting, checkpoint: signed }) =>
    factsText({
      log: origin,
      entries,
      waiting,
      'last signed (UTC)': signed && shownTime(signed.at),
      'over entries': signed?.size ?? null,
    }),
  )
}

export async function bundle(
  { output }: Context,
  platform: Platform,
  folder: string,
  { mailbox, from, to }: BundleOptions,
): Promise<void> {
  const range = {
    mailbox,
    from: from === undefined ? undefined : timeOf(from, '--from'),
    to: to === undefined ? undefined : timeOf(to, '--to'),
  }
  const { items, disposed, lastSequence, verifierKey } = await writeBundle(
    await openCentre(platform),
    folder,
    range,
  )
  const counts = { delivered: items.length, disposed: disposed.length, ofNumbers: lastSequence }
  await auditLook(platform, { operation: 'export-bundle', target: mailbox, details: { ...counts, from, to } })
  await output.document({ folder, ...counts, verifierKey }, () =>
    [
      `${items.length} items in ${folder}, of ${lastSequence} numbers of the mailbox.`,
      'Whoever gets it checks it by holdfast-verify.html or holdfast-verify.mjs inside it. Tell him the key by another way:',
      verifierKey,
    ].join('\n'),
  )
}

/** Throws `verification-failed`. */
export async function verifyBundle({ output }: Context, folder: string, givenKey?: string): Promise<void> {
  let found: BundleVerification
  try {
    if (await isRecovery(folder)) return await verifyRecovered(output, folder, givenKey)
    found = await verifyBundleFolder(folder, givenKey ?? null)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('verification-failed', `${folder} is no bundle that can be checked.`, { cause })
  }
  const { problems, delivered, disposed, notProduced, logSize } = found
  await output.document(found, () =>
    [
      factsText({
        delivered,
        'disposed of': disposed.length,
        'not produced': notProduced.length,
        'entries in the log': logSize,
      }),
      ...problems,
      ...(givenKey === undefined
        ? ['The key is the one in the bundle; give the one you know by --key.']
        : []),
    ].join('\n'),
  )
  if (found.ok) return
  throw new AppError('verification-failed', `The bundle is not as it was made, in ${problems.length} places.`)
}

async function verifyRecovered(
  output: Context['output'],
  folder: string,
  givenKey: string | undefined,
): Promise<void> {
  const found = await verifyRecovery(folder, givenKey ?? null)
  const { items, proven, problems } = found
  await output.document(found, () =>
    [
      factsText({ items, 'with proof': proven }),
      ...problems,
      ...(givenKey === undefined
        ? ['The key is the one in the folder; give the one you know by --key.']
        : []),
    ].join('\n'),
  )
  if (!found.ok)
    throw new AppError(
      'verification-failed',
      `What was recovered is not as the log entered it, in ${problems.length} places.`,
    )
}
