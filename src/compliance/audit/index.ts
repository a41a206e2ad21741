export {
  type AuditPage,
  type AuditRecord,
  auditLogEnd,
  auditRecords,
  countAuditRecords,
  readAuditPage,
} from './audit-log.ts'
export { type AuditExportForm, exportAuditRecords } from './export-audit.ts'
export type { AuditFilter } from './filter.ts'
export {
  type AuditRetentionParts,
  type AuditRetentionPolicy,
  createAuditPolicy,
  expireAuditRecords,
  listAuditPolicies,
  type NewAuditRetentionPolicy,
  removeAuditPolicy,
} from './retention.ts'
