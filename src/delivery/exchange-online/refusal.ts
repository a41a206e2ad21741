/** What Graph refuses, as the outcome of an item or the problem of a mailbox. */
import type { Outcome } from '../delivery.ts'
import type { GraphError } from '../microsoft/index.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import { DeliveryProblem, type ProblemReason } from '../problem.ts'

const tooLargeCodes = new Set([
  'ErrorMessageSizeExceeded',
  'ErrorItemSizeExceeded',
  'ErrorAttachmentSizeLimitExceeded',
  'RequestEntityTooLarge',
])

/** Whether a message or a file is over a limit of the tenant. */
export function isTooLarge({ status, code }: GraphError): boolean {
  return status === 413 || tooLargeCodes.has(code)
}

/** Whether it may have been done all the same. */
export function isUncertain({ status }: GraphError): boolean {
  return status >= 500 && status !== 507
}

const ofMailbox: Readonly<Record<string, ProblemReason>> = {
  ErrorInvalidUser: 'mailbox-not-found',
  ErrorNonExistentMailbox: 'mailbox-not-found',
  Request_ResourceNotFound: 'mailbox-not-found',
  ResourceNotFound: 'mailbox-not-found',
  MailboxNotEnabledForRESTAPI: 'mailbox-unlicensed',
  MailboxNotSupportedForRESTAPI: 'mailbox-unlicensed',
  ErrorQuotaExceeded: 'mailbox-full',
  ErrorMailboxMoveInProgress: 'mailbox-refused',
  ErrorMailboxStoreUnavailable: 'mailbox-refused',
}

type Sentence = (address: string, error: GraphError) => string

const sentences: Partial<Readonly<Record<ProblemReason, Sentence>>> = {
  'mailbox-not-found': (address) =>
    `There is no mailbox ${address} in this tenant: correct the address in the directory, or create the mailbox.`,
  'mailbox-unlicensed': (address) =>
    `The mailbox ${address} is not active in Exchange Online: give the user a licence with Exchange Online, or move the mailbox there.`,
  'mailbox-full': (address) =>
    `The mailbox ${address} is full: raise its quota, or let its archive policy move older items.`,
  'mailbox-refused': (address, { code, message }) =>
    `The mailbox ${address} cannot be written to now (${code}: ${message}): wait for its move to end, or ask Microsoft's support.`,
}

/** The problem of the mailbox or of the application that a refusal tells of; null where it is of one item. */
export function problemOf(address: string, error: GraphError): DeliveryProblem | null {
  const { code, status, message } = error
  const reason = ofMailbox[code] ?? (status === 507 ? 'mailbox-full' : undefined)
  const options = {
    cause: error,
    ...(error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs }),
  }
  if (reason) return new DeliveryProblem(reason, sentences[reason]!(address, error), options)
  if (status !== 403) return null
  return /policy/i.test(message)
    ? new DeliveryProblem(
        'mailbox-refused',
        `An access policy of the tenant keeps the application out of ${address}: add the mailbox to the policy's group.`,
        options,
      )
    : new DeliveryProblem('permission-missing', permissionSentence, options)
}

export const permissionSentence =
  'The application lacks the permission Mail.ReadWrite: add it as an application permission of Microsoft Graph, and let an administrator consent.'

/** What becomes of an item that Graph did not take. Throws the problem of a mailbox. */
export function outcomeOf(address: string, { id }: OutgoingItem, error: GraphError): Outcome {
  const problem = problemOf(address, error)
  if (problem) throw problem
  const { status, code, message, requestId, retryAfterMs } = error
  const said = `${code}${message === '' ? '' : `: ${message}`}`
  // 401: the token ended within a batch; the next request brings another.
  if (status === 429 || status === 401 || isUncertain(error))
    return {
      ...{ state: 'later', afterMs: retryAfterMs, uncertain: isUncertain(error) },
      message: `Microsoft Graph cannot take item ${id} now (${said}).`,
    }
  if (code === 'ErrorItemNotFound' || code === 'ErrorFolderNotFound')
    return {
      ...{ state: 'later', afterMs: null, uncertain: true },
      message: `The folder or the copy of item ${id} was removed while it was delivered (${said}).`,
    }
  return {
    ...{ state: 'refused', reason: 'item-refused' },
    message: `Microsoft Graph refuses item ${id} (${said}, client-request-id ${requestId}): ask Microsoft's support with that id, then retry.`,
  }
}

export function tooLarge({ id }: OutgoingItem, { code }: GraphError): Outcome {
  return {
    ...{ state: 'refused', reason: 'item-too-large' },
    message: `Item ${id} is too large for the mailbox even without its large attachments (${code}): it stays in Holdfast; raise the tenant's message size limit and retry.`,
  }
}
