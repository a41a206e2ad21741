import type { ActorType, AuditOperation, AuditOutcome } from '../../../domain/audit.ts'
import type { Tone } from '../../components/status.tsx'

export const operationLabels: Readonly<Record<AuditOperation, string>> = {
  'create-account': 'audit:operation.createAccount',
  'create-account-key': 'audit:operation.createAccountKey',
  'import-users': 'audit:operation.importUsers',
  'change-user': 'audit:operation.changeUser',
  'view-users': 'audit:operation.viewUsers',
  capture: 'audit:operation.capture',
  'import-mailboxes': 'audit:operation.importMailboxes',
  'change-mailbox': 'audit:operation.changeMailbox',
  'view-mailboxes': 'audit:operation.viewMailboxes',
  'draft-connector': 'audit:operation.draftConnector',
  'test-sign-in': 'audit:operation.testSignIn',
  'create-connector': 'audit:operation.createConnector',
  'change-connector': 'audit:operation.changeConnector',
  'pause-connector': 'audit:operation.pauseConnector',
  'resume-connector': 'audit:operation.resumeConnector',
  'remove-connector': 'audit:operation.removeConnector',
  'replace-mapping': 'audit:operation.replaceMapping',
  'export-mapping': 'audit:operation.exportMapping',
  'run-connector': 'audit:operation.runConnector',
  'cancel-run': 'audit:operation.cancelRun',
  'export-run-log': 'audit:operation.exportRunLog',
  'view-exceptions': 'audit:operation.viewExceptions',
  'export-exceptions': 'audit:operation.exportExceptions',
  'reprocess-exceptions': 'audit:operation.reprocessExceptions',
  search: 'audit:operation.search',
  'save-search': 'audit:operation.saveSearch',
  'delete-search': 'audit:operation.deleteSearch',
  'list-items': 'audit:operation.listItems',
  'open-item': 'audit:operation.openItem',
  'open-attachment': 'audit:operation.openAttachment',
  'open-conversation': 'audit:operation.openConversation',
  'export-item': 'audit:operation.exportItem',
  'sign-in': 'audit:operation.signIn',
  'sign-out': 'audit:operation.signOut',
  'end-session': 'audit:operation.endSession',
  'confirm-identity': 'audit:operation.confirmIdentity',
  'create-link': 'audit:operation.createLink',
  'change-password': 'audit:operation.changePassword',
  'change-totp': 'audit:operation.changeTotp',
  'change-passkey': 'audit:operation.changePasskey',
  'link-provider': 'audit:operation.linkProvider',
  'change-preferences': 'audit:operation.changePreferences',
  'create-user': 'audit:operation.createUser',
  'update-user': 'audit:operation.updateUser',
  'disable-user': 'audit:operation.disableUser',
  'create-role-group': 'audit:operation.createRoleGroup',
  'change-role-group': 'audit:operation.changeRoleGroup',
  'delete-role-group': 'audit:operation.deleteRoleGroup',
  'change-members': 'audit:operation.changeMembers',
  'change-search-filter': 'audit:operation.changeSearchFilter',
  'create-token': 'audit:operation.createToken',
  'revoke-token': 'audit:operation.revokeToken',
  'request-approval': 'audit:operation.requestApproval',
  'decide-approval': 'audit:operation.decideApproval',
  'view-people': 'audit:operation.viewPeople',
  'use-api': 'audit:operation.useApi',
  'change-settings': 'audit:operation.changeSettings',
  'search-audit': 'audit:operation.searchAudit',
  'export-audit': 'audit:operation.exportAudit',
  verify: 'audit:operation.verify',
  'back-up-keys': 'audit:operation.backUpKeys',
  'accept-clock': 'audit:operation.acceptClock',
}

interface OperationGroup {
  readonly label: string
  readonly operations: readonly AuditOperation[]
}

/** What people look for together. Operations that stand in no group are the last one's. */
const groups: readonly OperationGroup[] = [
  {
    label: 'audit:group.reading',
    operations: [
      'search',
      'save-search',
      'delete-search',
      'list-items',
      'open-item',
      'open-attachment',
      'open-conversation',
      'export-item',
    ],
  },
  {
    label: 'audit:group.signIn',
    operations: [
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
    ],
  },
  {
    label: 'audit:group.people',
    operations: [
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
    ],
  },
  {
    label: 'audit:group.connectors',
    operations: [
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
    ],
  },
  {
    label: 'audit:group.site',
    operations: [
      'create-account',
      'create-account-key',
      'import-users',
      'change-user',
      'view-users',
      'capture',
      'import-mailboxes',
      'change-mailbox',
      'view-mailboxes',
    ],
  },
]

const grouped = new Set(groups.flatMap(({ operations }) => operations))

export const operationGroups: readonly OperationGroup[] = [
  ...groups,
  {
    label: 'audit:group.system',
    operations: (Object.keys(operationLabels) as AuditOperation[]).filter((one) => !grouped.has(one)),
  },
]

export const outcomeLabels: Readonly<Record<AuditOutcome, string>> = {
  succeeded: 'audit:outcome.succeeded',
  refused: 'audit:outcome.refused',
  failed: 'audit:outcome.failed',
}

export const outcomeTones: Readonly<Record<AuditOutcome, Tone>> = {
  succeeded: 'good',
  refused: 'warning',
  failed: 'bad',
}

export const actorTypeLabels: Readonly<Record<ActorType, string>> = {
  person: 'audit:actorType.person',
  token: 'audit:actorType.token',
  operator: 'audit:actorType.operator',
  schedule: 'audit:actorType.schedule',
  unknown: 'audit:actorType.unknown',
}
