/** Failures of a whole mailbox or destination; an item's own are outcomes. */

/** Of one mailbox: the others go on. */
export const mailboxProblems = [
  'mailbox-not-found',
  'mailbox-unlicensed',
  'mailbox-full',
  'mailbox-refused',
  'folder-taken',
] as const

/** Of the destination: everything waits. */
export const destinationProblems = [
  'sign-in-refused',
  'permission-missing',
  'untrusted',
  'unreachable',
  'throttled',
  'clock-skewed',
  'bad-settings',
] as const

export type MailboxProblem = (typeof mailboxProblems)[number]
export type DestinationProblem = (typeof destinationProblems)[number]
export type ProblemReason = MailboxProblem | DestinationProblem

/** `message` is a sentence with a remedy for the person who runs the destination. */
export class DeliveryProblem extends Error {
  override readonly name = 'DeliveryProblem'
  readonly reason: ProblemReason
  /** The server's own `Retry-After`, in ms. */
  readonly retryAfterMs: number | null

  constructor(
    reason: ProblemReason,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.reason = reason
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** Whether only one mailbox is concerned. */
export function isOfMailbox(reason: ProblemReason): reason is MailboxProblem {
  return (mailboxProblems as readonly string[]).includes(reason)
}
