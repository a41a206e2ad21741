/** The one place that knows which status a code has, and in which shape a refusal leaves. */
import type { Failure } from '../api/values.ts'
import { AppError, type ErrorCode } from '../domain/errors.ts'

/** 400 unless named here. */
const statusOfCode: Partial<Record<ErrorCode, number>> = {
  'sign-in-refused': 401,
  'session-expired': 401,
  'not-signed-in': 401,
  'token-refused': 401,
  'not-allowed': 403,
  'confirm-identity': 403,
  'request-forged': 403,
  'approval-refused': 403,
  'not-found': 404,
  'object-not-found': 404,
  'item-not-found': 404,
  'mailbox-not-found': 404,
  'account-not-found': 404,
  'connector-not-found': 404,
  'destination-not-found': 404,
  'run-not-found': 404,
  'user-not-found': 404,
  'role-group-not-found': 404,
  'search-not-found': 404,
  'hold-not-found': 404,
  'unknown-source': 404,
  'registered-user-not-found': 404,
  'route-not-found': 404,
  'site-elsewhere': 404,
  'method-not-allowed': 405,
  'account-exists': 409,
  'route-exists': 409,
  'route-busy': 409,
  'risk-not-accepted': 409,
  'connector-exists': 409,
  'transfer-basis-missing': 409,
  'destination-exists': 409,
  'delivery-running': 409,
  'delivery-not-comparable': 409,
  'connector-running': 409,
  'mailbox-exists': 409,
  'directory-not-set-up': 409,
  'directory-removals-refused': 409,
  'directory-conflict': 409,
  'user-exists': 409,
  'role-group-exists': 409,
  'search-filter-exists': 409,
  'search-exists': 409,
  'last-administrator': 409,
  'last-credential': 409,
  'changed-meanwhile': 409,
  'registered-user-refused': 409,
  'exclusion-refused': 409,
  'item-is-record': 409,
  'escrow-busy': 409,
  'escrow-locked': 409,
  'escrow-refused': 409,
  'retention-refused': 409,
  'sample-refused': 409,
  'decision-refused': 409,
  'alert-not-found': 404,
  'backup-refused': 409,
  'archive-policy-refused': 409,
  'audit-policy-refused': 409,
  'supervision-policy-refused': 409,
  'supervision-pattern-refused': 409,
  'supervision-policy-not-found': 404,
  'hold-refused': 409,
  'hold-exists': 409,
  'hold-blocks-deletion': 409,
  'disposition-not-found': 404,
  'disposition-running': 409,
  'disposition-suspended': 409,
  'compact-refused': 409,
  'log-busy': 503,
  'timestamp-refused': 502,
  'run-cancelled': 409,
  'draft-incomplete': 409,
  'attachment-too-large': 413,
  'upload-too-large': 413,
  'zip-too-large': 413,
  'sign-in-throttled': 429,
  'too-many-requests': 429,
  'content-damaged': 500,
  'verification-failed': 500,
  'site-unreachable': 502,
  'directory-sync-failed': 502,
  'vendor-refused': 502,
  'mail-refused': 502,
  'vendor-unreachable': 502,
  'destination-refused': 502,
  'site-answer-invalid': 502,
  'database-unreachable': 503,
  'object-store-unreachable': 503,
  'disk-full': 507,
}

export interface Told {
  readonly status: number
  readonly failure: Failure
}

/** What the caller is told of an error. Of what is not his doing he learns no more than where to look. */
export function toldOf(error: unknown, correlationId: string): Told {
  if (error instanceof AppError) {
    const { code, message, details } = error
    const known = Object.keys(details).length > 0 ? { details: { ...details } } : {}
    return { status: statusOfCode[code] ?? 400, failure: { code, message, correlationId, ...known } }
  }
  const status = (error as { statusCode?: unknown } | null)?.statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const { code, message } = frameworkRefusal(status, error as Error & { code?: string })
    return { status, failure: { code, message, correlationId } }
  }
  const message = `The server failed; its log says why under ${correlationId}.`
  return { status: 500, failure: { code: 'internal', message, correlationId } }
}

/** What the framework refuses; its own sentences may repeat what was sent. */
function frameworkRefusal(status: number, error: { code?: string }): { code: ErrorCode; message: string } {
  if (status === 413) {
    return { code: 'upload-too-large', message: 'The request is larger than this address takes.' }
  }
  if (status === 415) {
    return { code: 'bad-request', message: 'Send the body as application/json, or a file as octet-stream.' }
  }
  if (error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return { code: 'bad-request', message: 'The request says that it carries JSON, but carries nothing.' }
  }
  return { code: 'bad-request', message: 'The request is malformed.' }
}
