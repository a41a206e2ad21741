import { expect, it } from 'vitest'
import type { AuditRecord } from './audit-log.ts'
import { purviewRecordOf } from './purview-record.ts'

const record: AuditRecord = {
  id: '77',
  at: '2026-03-17T09:14:05.250Z',
  operation: 'open-item',
  outcome: 'refused',
  actor: 'zoe',
  actorType: 'person',
  clientIp: '192.0.2.7',
  sessionId: 's1',
  correlationId: null,
  target: '1f4-2a',
  details: { items: ['1f4-2a'] },
}

it('an act that Microsoft 365 audits too bears its names there', () => {
  expect(purviewRecordOf(record)).toEqual({
    Id: '77',
    CreationTime: '2026-03-17T09:14:05',
    Operation: 'PreviewItemRendered',
    OrganizationId: 'holdfast',
    RecordType: 24,
    ResultStatus: 'Failed',
    UserId: 'zoe',
    UserKey: 'zoe',
    UserType: 0,
    Version: 1,
    Workload: 'SecurityComplianceCenter',
    ClientIP: '192.0.2.7',
    ObjectId: '1f4-2a',
    ExtendedProperties: [
      { Name: 'items', Value: '["1f4-2a"]' },
      { Name: 'operation', Value: 'open-item' },
      { Name: 'sessionId', Value: 's1' },
    ],
  })
})

it('an act of ours alone keeps our name', () => {
  const own = purviewRecordOf({
    ...record,
    operation: 'capture',
    outcome: 'succeeded',
    actorType: 'schedule',
  })
  expect(own).toMatchObject({
    Operation: 'capture',
    Workload: 'Holdfast',
    ResultStatus: 'Succeeded',
    UserType: 4,
  })
})
