/** A batch: messages made, their files attached, each read back and compared. */
import { isAppError } from '../../domain/errors.ts'
import type { Outcome } from '../delivery.ts'
import { type BatchRequest, GraphError } from '../microsoft/index.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import { attach, type FileAttachment, fileAttachment, UploadEnded } from './attach.ts'
import { type Folder, removeCopy } from './look.ts'
import { type GraphMessage, messageOf } from './message.ts'
import { type Plan, sessionBytesMin, smallerPlan } from './plan.ts'
import { differencesOf, type HeldMessage, readMessages } from './read-back.ts'
import { isTooLarge, outcomeOf, tooLarge } from './refusal.ts'
import { askTogether } from './together.ts'

/** A message goes in one request with its files where those are no larger together: base64 makes a third more of it. */
const oneRequestBytesMax = 2_000_000

/** A message that was made, and after which plan. */
interface Made {
  readonly plan: Plan
  readonly id: string
}
type Settled = Made | Outcome

/** One outcome for each item, in their order. Throws `DeliveryProblem`. */
export async function deliverBatch(folder: Folder, items: readonly OutgoingItem[]): Promise<Outcome[]> {
  const settled = new Map<OutgoingItem, Settled>()
  const ready: { item: OutgoingItem; plan: Plan; message: object }[] = []
  for (const item of items) {
    const plan = folder.planOf(item)
    if (!inOneRequest(plan)) settled.set(item, await unlessDamaged(item, () => makeLarge(folder, item, plan)))
    else {
      const message = await unlessDamaged(item, () => wholeMessage(item, plan))
      if ('state' in message) settled.set(item, message)
      else ready.push({ item, plan, message })
    }
  }
  for (const [item, outcome] of await makeTogether(folder, ready)) settled.set(item, outcome)
  return readBack(folder, items, settled)
}

interface WholeMessage extends GraphMessage {
  readonly attachments: readonly FileAttachment[]
}

function inOneRequest({ files }: Plan): boolean {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return bytes <= oneRequestBytesMax && files.every((file) => file.bytes < sessionBytesMin)
}

async function wholeMessage(item: OutgoingItem, { files, leftOut }: Plan): Promise<WholeMessage> {
  const message = await messageOf(item, leftOut)
  return { ...message, attachments: await Promise.all(files.map(fileAttachment)) }
}

async function makeTogether(
  folder: Folder,
  ready: readonly { readonly item: OutgoingItem; readonly plan: Plan; readonly message: object }[],
): Promise<[OutgoingItem, Settled][]> {
  const { mailbox } = folder
  const requests = ready.map(({ message }) => creation(folder, message))
  const answers = await askTogether(mailbox, { requests, repeatable: false })
  return Promise.all(
    ready.map(async ({ item, plan }, place): Promise<[OutgoingItem, Settled]> => {
      const { error, body } = answers[place]!
      if (!error) return [item, { plan, id: (body as { id: string }).id }]
      return [
        item,
        isTooLarge(error) ? await makeSmaller(folder, item, error) : outcomeOf(mailbox.address, item, error),
      ]
    }),
  )
}

function creation({ mailbox, id }: Folder, message: object): BatchRequest {
  return {
    method: 'POST',
    path: `${mailbox.path}/mailFolders/${encodeURIComponent(id)}/messages`,
    body: message,
  }
}

/** First the message, then file by file. Half of one that could not be finished is taken back. */
async function makeLarge(folder: Folder, item: OutgoingItem, plan: Plan): Promise<Settled> {
  const { mailbox } = folder
  let id: string | null = null
  try {
    const { body } = await mailbox.graph.request({
      ...creation(folder, await messageOf(item, plan.leftOut)),
      ...mailbox.reading,
    })
    id = (body as { id: string }).id
    for (const file of plan.files) await attach(mailbox, id, file)
    return { plan, id }
  } catch (error) {
    const ofItem = error instanceof GraphError || error instanceof UploadEnded
    if (id !== null && (ofItem || isAppError(error, 'content-damaged'))) await removeCopy(mailbox, id)
    if (error instanceof UploadEnded) return interrupted(item, error)
    if (!(error instanceof GraphError)) throw error
    return isTooLarge(error)
      ? makeSmaller(folder, item, error, plan)
      : outcomeOf(mailbox.address, item, error)
  }
}

function interrupted({ id }: OutgoingItem, error: UploadEnded): Outcome {
  const message = `The upload of item ${id} was interrupted (${error.message}); it begins again later.`
  return { state: 'later', afterMs: null, message }
}

/** Once more without the large attachments, where the tenant's limit is lower than Microsoft's. */
async function makeSmaller(
  folder: Folder,
  item: OutgoingItem,
  error: GraphError,
  refused: Plan = folder.planOf(item),
): Promise<Settled> {
  const plan = smallerPlan(item)
  if (plan === null || plan.leftOut.length <= refused.leftOut.length) return tooLarge(item, error)
  return makeLarge(folder, item, plan)
}

async function unlessDamaged<Result>(
  item: OutgoingItem,
  work: () => Promise<Result>,
): Promise<Result | Outcome> {
  try {
    return await work()
  } catch (error) {
    if (!isAppError(error, 'content-damaged')) throw error
    const message = `Item ${item.id} was not sent: ${error.message}`
    return { state: 'refused', reason: 'content-damaged', message }
  }
}

/** What was made, as the mailbox has it now. */
async function readBack(
  folder: Folder,
  items: readonly OutgoingItem[],
  settled: ReadonlyMap<OutgoingItem, Settled>,
): Promise<Outcome[]> {
  const made = items.flatMap((item) => {
    const one = settled.get(item)!
    return 'state' in one ? [] : [{ item, ...one }]
  })
  const answers = await readMessages(
    folder.mailbox,
    made.map(({ id }) => id),
  )
  const outcomes = new Map(
    made.map(({ item, plan }, place) => {
      const { error, body } = answers[place]!
      if (!error) return [item, compared(item, plan, body as HeldMessage)]
      return [item, error.code === 'ErrorItemNotFound' ? lost(item) : unread(folder, item, error)]
    }),
  )
  return items.map((item) => outcomes.get(item) ?? (settled.get(item) as Outcome))
}

function compared(item: OutgoingItem, plan: Plan, held: HeldMessage): Outcome {
  const differences = differencesOf(item, plan, held)
  if (differences.length > 0)
    return {
      ...{ state: 'refused', reason: 'item-changed' },
      message: `Exchange Online keeps item ${item.id} otherwise than it was sent (${differences.join(', ')}): find what changes it there, delete the copy and retry.`,
    }
  const { leftOut } = plan
  return { state: 'confirmed', receipt: held.id, ...(leftOut.length > 0 ? { leftOut } : {}) }
}

function lost({ id }: OutgoingItem): Outcome {
  return {
    ...{ state: 'refused', reason: 'item-lost' },
    message: `Exchange Online accepted item ${id} and does not have it: look for a rule or program that removes e-mails, then retry.`,
  }
}

/** It is there, but could not be read: the next run looks for it. */
function unread({ mailbox }: Folder, item: OutgoingItem, error: GraphError): Outcome {
  const outcome = outcomeOf(mailbox.address, item, error)
  return outcome.state === 'later' ? { ...outcome, uncertain: true } : outcome
}
