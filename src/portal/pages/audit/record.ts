import type { Answer, InputOf } from '../../api/client.ts'

export type AuditRecord = Answer<'searchAudit'>['items'][number]
export type AuditQuery = InputOf<'countAudit'>['query']
