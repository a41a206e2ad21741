/**
 * Errors that a person will read. `code` is stable and listed here once; the message is one plain
 * sentence that names the item and what to do. Only the HTTP layer turns codes into statuses.
 */
export const errorCodes = [
  // input of capture
  'not-a-chat-export',
  'ambiguous-date-order',
  'unsupported-encoding',
  'zip-truncated',
  'zip-unsafe',
  'zip-too-large',
  'file-not-found',
  'not-a-message-file',
  'bad-settings',
  // directories and mappings
  'bad-csv',
  'bad-mapping',
  'directory-not-set-up',
  'directory-sync-failed',
  'directory-removals-refused',
  'directory-conflict',
  // accounts, sign-in, feed
  'account-exists',
  'account-not-found',
  'bad-public-key',
  'sign-in-refused',
  'sign-in-throttled',
  'session-expired',
  'site-unreachable',
  'site-answer-invalid',
  'account-has-no-key',
  'site-elsewhere',
  'site-sign-in-refused',
  'registered-user-refused',
  'registered-user-not-found',
  'mail-refused',
  'exclusion-refused',
  'item-is-record',
  'escrow-busy',
  'escrow-locked',
  'escrow-refused',
  'retention-refused',
  'sample-refused',
  'decision-refused',
  'alert-not-found',
  'backup-refused',
  'archive-policy-refused',
  'log-busy',
  'timestamp-refused',
  'audit-policy-refused',
  // routes
  'route-exists',
  'route-not-found',
  'route-busy',
  'risk-not-accepted',
  'vendor-refused',
  'vendor-unreachable',
  'media-lost',
  'media-damaged',
  'wrong-key',
  'damaged-database',
  'encrypted-backup',
  // connectors
  'transfer-basis-missing',
  'connector-exists',
  'connector-not-found',
  'connector-running',
  'terms-not-accepted',
  'run-not-found',
  'run-failed',
  'run-cancelled',
  'interrupted',
  'mailbox-not-found',
  'item-not-found',
  // delivery
  'destination-exists',
  'destination-not-found',
  'destination-refused',
  'delivery-running',
  'delivery-not-comparable',
  // people and rights
  'not-signed-in',
  'not-allowed',
  'confirm-identity',
  'request-forged',
  'code-refused',
  'link-refused',
  'password-refused',
  'passkey-refused',
  'provider-refused',
  'token-refused',
  'user-exists',
  'user-not-found',
  'role-group-exists',
  'role-group-not-found',
  'last-administrator',
  'last-credential',
  'approval-refused',
  'search-filter-exists',
  'not-found',
  'changed-meanwhile',
  'too-many-requests',
  'draft-incomplete',
  'mailbox-exists',
  // search
  'search-not-found',
  'search-exists',
  'bad-query',
  // supervision
  'supervision-policy-refused',
  'supervision-policy-not-found',
  'supervision-pattern-refused',
  // holds
  'hold-refused',
  'hold-exists',
  'hold-not-found',
  'hold-blocks-deletion',
  // disposition
  'disposition-not-found',
  'disposition-running',
  'disposition-suspended',
  'compact-refused',
  // storage and platform
  'content-damaged',
  'object-not-found',
  'object-store-unreachable',
  'object-store-refused',
  'object-store-unsafe',
  'attachment-too-large',
  'disk-full',
  'data-folder-read-only',
  'data-folder-in-use',
  'data-folder-newer',
  'data-folder-foreign',
  'demo-folder-refused',
  'database-unreachable',
  'database-start-failed',
  'database-role-unsafe',
  'database-newer',
  'database-not-migrated',
  'migration-changed',
  'migration-failed',
  'key-missing',
  'key-refused',
  'bad-config',
  'bad-date',
  'clock-moved-back',
  'unknown-source',
  'verification-failed',
  'bad-request',
  'method-not-allowed',
  'upload-too-large',
  'port-in-use',
  'listening-unsafe',
] as const
export type ErrorCode = (typeof errorCodes)[number]

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  /** Machine-readable facts (row numbers, offsets, names). Never message text or phone numbers. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code)
}
