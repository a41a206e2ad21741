/** What is in a folder already: found by item, or listed. */
import type { Found, Held } from '../delivery.ts'
import { GraphError } from '../microsoft/index.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import type { Mailbox } from './mailbox.ts'
import { type Plan, smallerPlan } from './plan.ts'
import { classProperty, itemProperty, propertyValue } from './properties.ts'
import { differencesOf, type HeldMessage, readingQuery } from './read-back.ts'
import { problemOf } from './refusal.ts'
import { askTogether } from './together.ts'

export interface Folder {
  readonly mailbox: Mailbox
  readonly id: string
  readonly planOf: (item: OutgoingItem) => Plan
}

const pageSize = 100

/**
 * The items of which a good copy is there. A copy that is not was never confirmed: it is half of one that was being
 * made, and is deleted, so that the next attempt does not double it.
 */
export async function findItems(folder: Folder, items: readonly OutgoingItem[]): Promise<Map<string, Found>> {
  const copies = await copiesOf(folder, items)
  const found = new Map<string, Found>()
  for (const [place, item] of items.entries()) {
    for (const copy of copies[place]!) {
      const plan = planOfCopy(folder, item, copy)
      if (plan === null) await removeCopy(folder.mailbox, copy.id)
      else found.set(item.id, { receipt: copy.id, leftOut: plan.leftOut })
    }
  }
  return found
}

/** The plan after which a copy is whole; null for half a copy. */
function planOfCopy(folder: Folder, item: OutgoingItem, copy: HeldMessage): Plan | null {
  const plans = [folder.planOf(item), smallerPlan(item)]
  return plans.find((plan) => plan !== null && differencesOf(item, plan, copy).length === 0) ?? null
}

async function copiesOf(folder: Folder, items: readonly OutgoingItem[]): Promise<(readonly HeldMessage[])[]> {
  const { mailbox, id } = folder
  const requests = items.map((item) => {
    const $filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${itemProperty}' and ep/value eq '${item.id}')`
    const query = new URLSearchParams({ $filter, ...readingQuery(true), $top: '10' })
    return {
      method: 'GET' as const,
      path: `${mailbox.path}/mailFolders/${encodeURIComponent(id)}/messages?${query}`,
    }
  })
  const answers = await askTogether(mailbox, { requests, repeatable: true })
  return answers.map(({ error, body }) => {
    if (error) throw problemOf(mailbox.address, error) ?? error
    return (body as { value: readonly HeldMessage[] }).value
  })
}

/** For good, so that no half of a copy lies in *Deleted Items*; there too where the cloud cannot. */
export async function removeCopy({ graph, path, reading }: Mailbox, id: string): Promise<void> {
  const message = `${path}/messages/${encodeURIComponent(id)}`
  try {
    await graph.request({ method: 'POST', path: `${message}/permanentDelete`, repeatable: true, ...reading })
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    if (error.code === 'ErrorItemNotFound') return
    await graph.request({ method: 'DELETE', path: message, ...reading })
  }
}

/** Everything in the folder. A copy without files, as a draft or of another class is at fault. */
export async function* listFolder({ mailbox, id }: Folder): AsyncGenerator<Held> {
  const query = new URLSearchParams({ ...readingQuery(false), $top: String(pageSize) })
  const path = `${mailbox.path}/mailFolders/${encodeURIComponent(id)}/messages?${query}`
  for await (const { value } of mailbox.graph.pages<HeldMessage>(path, mailbox.reading))
    for (const message of value) {
      const sentAt = Date.parse(message.sentDateTime ?? '')
      yield {
        messageId: message.internetMessageId ?? null,
        receipt: message.id,
        bytes: null,
        sentAt: Number.isNaN(sentAt) ? null : sentAt,
        faults: faultsOf(message),
      }
    }
}

function faultsOf(message: HeldMessage): string[] {
  const properties = message.singleValueExtendedProperties
  const itemClass = propertyValue(properties, classProperty) ?? ''
  // What somebody else put there is not ours to judge.
  if (propertyValue(properties, itemProperty) === undefined) return []
  return [
    ...(message.isDraft === false ? [] : ['is a draft']),
    ...(/^ipm\.externaldata\./i.test(itemClass) ? [] : ['has another class']),
    ...(message.hasAttachments ? [] : ['has lost its e-mail']),
  ]
}
