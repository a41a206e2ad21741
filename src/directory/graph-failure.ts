/** What goes wrong at Graph, as a sentence with a stable code for the person who runs the directory. */
import { GraphError } from '../delivery/microsoft/index.ts'
import { DeliveryProblem } from '../delivery/problem.ts'
import { AppError } from '../domain/errors.ts'

/** Failures of the directory's source; anything else as it is. */
export function appErrorOf(cause: unknown): unknown {
  if (cause instanceof DeliveryProblem) {
    const code = cause.reason === 'bad-settings' ? 'bad-settings' : 'directory-sync-failed'
    return new AppError(code, cause.message, { cause, details: { reason: cause.reason } })
  }
  if (!(cause instanceof GraphError)) return cause
  const { status, code, message, requestId } = cause
  const details = { status, code, requestId }
  if (status === 403) {
    const remedy = 'give the application the permission User.Read.All and an administrator’s consent'
    return new AppError(
      'directory-sync-failed',
      `Microsoft Graph does not let the application read the users; ${remedy}.`,
      { cause, details: { ...details, reason: 'permission-missing' } },
    )
  }
  return new AppError(
    'directory-sync-failed',
    `Microsoft Graph refused to tell of the users (${status} ${code}: ${message}); nothing was changed. Try again, and show Microsoft’s support the request ${requestId} if it stays so.`,
    { cause, details },
  )
}
