/** What is audited. The lists only ever grow: records keep their words for ever. */
export const auditOperations = [
  // archiver site
  'create-account',
  'create-account-key',
  'import-users',
  'change-user',
  'view-users',
  'invite-users',
  'answer-notice',
  'finish-activation',
  'withdraw-consent',
  'leave-user',
  'publish-notice',
  'change-activation',
  'view-activation',
  'propose-exclusion',
  'decide-exclusion',
  'end-exclusion',
  'capture',
  'create-route',
  'change-route',
  'remove-route',
  'test-route',
  'accept-gap',
  'view-coverage',
  'attest-coverage',
  'compare-archive',
  // directory
  'import-mailboxes',
  'change-mailbox',
  'view-mailboxes',
  'sync-directory',
  'change-directory',
  // connectors
  'draft-connector',
  'test-sign-in',
  'create-connector',
  'change-connector',
  'pause-connector',
  'resume-connector',
  'remove-connector',
  'replace-mapping',
  'export-mapping',
  'run-connector',
  'cancel-run',
  'export-run-log',
  'view-exceptions',
  'export-exceptions',
  'reprocess-exceptions',
  // delivery
  'create-destination',
  'change-destination',
  'pause-destination',
  'resume-destination',
  'remove-destination',
  'attach-destination',
  'detach-destination',
  'test-destination',
  'view-delivery',
  'run-delivery',
  'retry-delivery',
  'reconcile-delivery',
  // reading
  'search',
  'save-search',
  'delete-search',
  'list-items',
  'open-item',
  'open-attachment',
  'open-conversation',
  'export-item',
  // sign-in
  'sign-in',
  'sign-out',
  'end-session',
  'confirm-identity',
  'create-link',
  'change-password',
  'change-totp',
  'change-passkey',
  'link-provider',
  'change-preferences',
  // people and rights
  'create-user',
  'update-user',
  'disable-user',
  'create-role-group',
  'change-role-group',
  'delete-role-group',
  'change-members',
  'change-search-filter',
  'create-token',
  'revoke-token',
  'request-approval',
  'decide-approval',
  'view-people',
  // an address whose answers leave no operation of their own
  'use-api',
  // the system itself
  'change-settings',
  'search-audit',
  'export-audit',
  'change-audit-retention',
  'expire-audit',
  'verify',
  'back-up-keys',
  'accept-clock',
] as const
export type AuditOperation = (typeof auditOperations)[number]

export const auditOutcomes = ['succeeded', 'refused', 'failed'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

/** Who acts: a person in the portal, a program with a token, a command on the data folder, the schedule, nobody known. */
export const actorTypes = ['person', 'token', 'operator', 'schedule', 'unknown'] as const
export type ActorType = (typeof actorTypes)[number]

/**
 * How many months a retention policy may keep audit records: the choices of Purview's policies (three, six, nine,
 * twelve months, ten years) and those that securities rules ask for.
 */
export const auditKeepMonths = [3, 6, 9, 12, 36, 60, 72, 84, 120] as const
export type AuditKeepMonths = (typeof auditKeepMonths)[number]
