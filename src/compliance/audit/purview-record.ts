/**
 * An audit record in the form of Microsoft 365's unified audit log, so that what reads that log reads ours: its common
 * fields (Office 365 Management Activity API schema, "Common schema"), its names of operations where it has one for
 * the same act, our own names elsewhere.
 */
import type { ActorType, AuditOperation } from '../../domain/audit.ts'
import type { AuditRecord } from './audit-log.ts'

export interface PurviewRecord {
  readonly Id: string
  /** UTC, to the second, as Microsoft writes it. */
  readonly CreationTime: string
  readonly Operation: string
  /** Names the tenant there; an installation serves one organisation. */
  readonly OrganizationId: 'holdfast'
  readonly RecordType: number
  readonly ResultStatus: 'Succeeded' | 'Failed'
  readonly UserId: string
  readonly UserKey: string
  readonly UserType: number
  readonly Version: 1
  readonly Workload: 'SecurityComplianceCenter' | 'Exchange' | 'Holdfast'
  readonly ClientIP: string | null
  readonly ObjectId: string | null
  readonly ExtendedProperties: readonly { readonly Name: string; readonly Value: string }[]
}

interface Equivalent {
  readonly operation: string
  /** AuditLogRecordType: 2 ExchangeItem, 18 SecurityComplianceCenterEOPCmdlet, 24 Discovery, 50 ExchangeItemAggregated. */
  readonly recordType: number
  readonly workload: 'SecurityComplianceCenter' | 'Exchange'
}

const discovery = (operation: string): Equivalent => ({
  operation,
  recordType: 24,
  workload: 'SecurityComplianceCenter',
})
const cmdlet = (operation: string): Equivalent => ({
  operation,
  recordType: 18,
  workload: 'SecurityComplianceCenter',
})
const mailbox = (operation: string, recordType = 2): Equivalent => ({
  operation,
  recordType,
  workload: 'Exchange',
})

/** By our operation; what is not here has no equivalent there. */
const equivalents: Partial<Record<AuditOperation | string, Equivalent>> = {
  search: discovery('SearchStarted'),
  'save-search': discovery('SearchCreated'),
  'delete-search': discovery('SearchRemoved'),
  'change-search-filter': discovery('SearchPermissionUpdated'),
  'list-items': discovery('PreviewItemListed'),
  'open-item': discovery('PreviewItemRendered'),
  'open-attachment': discovery('PreviewItemDownloaded'),
  'open-conversation': discovery('PreviewItemRendered'),
  'export-item': discovery('SearchExportDownloaded'),
  'place-hold': discovery('HoldCreated'),
  'change-hold': discovery('HoldUpdated'),
  'release-hold': discovery('HoldRemoved'),
  'purge-items': discovery('SearchResultsPurged'),
  'delete-item': mailbox('SoftDelete'),
  'purge-item': mailbox('HardDelete'),
  'create-retention-policy': cmdlet('NewRetentionCompliancePolicy'),
  'change-retention-policy': cmdlet('SetRetentionCompliancePolicy'),
  'remove-retention-policy': cmdlet('RemoveRetentionCompliancePolicy'),
  'lock-retention-policy': cmdlet('SetRestrictiveRetentionUI'),
  'create-retention-label': cmdlet('NewComplianceTag'),
  'change-retention-label': cmdlet('SetComplianceTag'),
  'remove-retention-label': cmdlet('RemoveComplianceTag'),
  'label-item': mailbox('ApplyRecordLabel'),
  'create-supervision-policy': cmdlet('SupervisionPolicyCreated'),
  'change-supervision-policy': cmdlet('SupervisionPolicyUpdated'),
  'remove-supervision-policy': cmdlet('SupervisionPolicyDeleted'),
  'tag-alert': cmdlet('SupervisoryReviewTag'),
}

/** 0 a regular user, 4 a system account, 5 an application; who holds a role here is no administrator there. */
const userTypes: Readonly<Record<ActorType, number>> = {
  person: 0,
  token: 5,
  operator: 4,
  schedule: 4,
  unknown: 0,
}

export function purviewRecordOf(record: AuditRecord): PurviewRecord {
  const same = equivalents[record.operation]
  const { details, sessionId, correlationId, operation } = record
  const properties = { ...details, operation, sessionId, correlationId }
  return {
    Id: record.id,
    CreationTime: record.at.slice(0, 19),
    Operation: same?.operation ?? operation,
    OrganizationId: 'holdfast',
    RecordType: same?.recordType ?? 0,
    ResultStatus: record.outcome === 'succeeded' ? 'Succeeded' : 'Failed',
    UserId: record.actor,
    UserKey: record.actor,
    UserType: userTypes[record.actorType],
    Version: 1,
    Workload: same?.workload ?? 'Holdfast',
    ClientIP: record.clientIp,
    ObjectId: record.target,
    ExtendedProperties: Object.entries(properties)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([Name, value]) => ({ Name, Value: typeof value === 'string' ? value : JSON.stringify(value) })),
  }
}
