/**
 * Roles and the role groups they come in, with the names and the default membership of Microsoft Purview, so that
 * an administrator finds what he knows. A role is the right to do one kind of thing; a role group is what people
 * are made members of. What Purview leaves to Exchange (Mail Recipients, Mailbox Import Export) is here as well.
 */

export const roles = [
  'Audit Logs',
  'View-Only Audit Logs',
  'Case Management',
  'Communication',
  'Communication Compliance Admin',
  'Communication Compliance Analysis',
  'Communication Compliance Case Management',
  'Communication Compliance Investigation',
  'Communication Compliance Viewer',
  'Compliance Search',
  'Custodian',
  'Data Connector Admin',
  'Disposition Management',
  'Export',
  'Hold',
  'Mail Recipients',
  'Mailbox Import Export',
  'Manage Alerts',
  'Organization Configuration',
  'Preview',
  'RecordManagement',
  'Retention Management',
  'Review',
  'RMS Decrypt',
  'Role Management',
  'Search And Purge',
  'Supervisory Review Administrator',
  'View-Only Retention Management',
] as const
export type Role = (typeof roles)[number]

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}

/** What a role lets its holder read of people's messages; to hold one of these is to be a reader. */
export const readingRoles: ReadonlySet<Role> = new Set(['Preview', 'Review', 'Export'])

export interface BuiltInRoleGroup {
  readonly name: string
  readonly roles: readonly Role[]
}

/** As a new installation has them; an administrator may change all but the first, which would lock everybody out. */
export const builtInRoleGroups: readonly BuiltInRoleGroup[] = [
  {
    name: 'Organization Management',
    roles: [
      'Audit Logs',
      'View-Only Audit Logs',
      'Case Management',
      'Communication Compliance Admin',
      'Communication Compliance Case Management',
      'Compliance Search',
      'Data Connector Admin',
      'Hold',
      'Mail Recipients',
      'Manage Alerts',
      'Organization Configuration',
      'RecordManagement',
      'Retention Management',
      'View-Only Retention Management',
      'Role Management',
      'Search And Purge',
    ],
  },
  {
    name: 'Compliance Administrator',
    roles: [
      'View-Only Audit Logs',
      'Case Management',
      'Communication Compliance Admin',
      'Communication Compliance Case Management',
      'Compliance Search',
      'Data Connector Admin',
      'Disposition Management',
      'Hold',
      'Manage Alerts',
      'Organization Configuration',
      'RecordManagement',
      'Retention Management',
      'View-Only Retention Management',
    ],
  },
  {
    name: 'Compliance Data Administrator',
    roles: [
      'View-Only Audit Logs',
      'Compliance Search',
      'Data Connector Admin',
      'Disposition Management',
      'Manage Alerts',
      'Organization Configuration',
      'RecordManagement',
      'Retention Management',
      'View-Only Retention Management',
    ],
  },
  {
    name: 'eDiscovery Manager',
    roles: [
      'Case Management',
      'Communication',
      'Compliance Search',
      'Custodian',
      'Export',
      'Hold',
      'Preview',
      'Review',
      'RMS Decrypt',
    ],
  },
  { name: 'Reviewer', roles: ['Review'] },
  {
    name: 'Data Investigator',
    roles: [
      'Communication',
      'Compliance Search',
      'Custodian',
      'Export',
      'Preview',
      'Review',
      'RMS Decrypt',
      'Search And Purge',
    ],
  },
  {
    name: 'Records Management',
    roles: ['Disposition Management', 'RecordManagement', 'Retention Management'],
  },
  {
    name: 'Communication Compliance',
    roles: [
      'Case Management',
      'Communication Compliance Admin',
      'Communication Compliance Analysis',
      'Communication Compliance Case Management',
      'Communication Compliance Investigation',
      'Communication Compliance Viewer',
      'Data Connector Admin',
    ],
  },
  {
    name: 'Communication Compliance Administrators',
    roles: [
      'Communication Compliance Admin',
      'Communication Compliance Case Management',
      'Data Connector Admin',
    ],
  },
  {
    name: 'Communication Compliance Analysts',
    roles: ['Communication Compliance Analysis', 'Communication Compliance Case Management'],
  },
  {
    name: 'Communication Compliance Investigators',
    roles: [
      'Case Management',
      'Communication Compliance Analysis',
      'Communication Compliance Case Management',
      'Communication Compliance Investigation',
    ],
  },
  {
    name: 'Communication Compliance Viewers',
    roles: ['Communication Compliance Case Management', 'Communication Compliance Viewer'],
  },
  { name: 'Compliance Manager Administrators', roles: ['Data Connector Admin'] },
  { name: 'Insider Risk Management', roles: ['Data Connector Admin'] },
  { name: 'Supervisory Review', roles: ['Supervisory Review Administrator'] },
  { name: 'Security Administrator', roles: ['Audit Logs', 'View-Only Audit Logs', 'Manage Alerts'] },
  { name: 'Security Operator', roles: ['Compliance Search', 'Manage Alerts', 'View-Only Audit Logs'] },
  { name: 'Global Reader', roles: ['View-Only Audit Logs', 'View-Only Retention Management'] },
  { name: 'Mailbox Import Export', roles: ['Mailbox Import Export'] },
]

/** The group whose members can give roles; it always has at least one member who can sign in. */
export const administratorsGroup = 'Organization Management'
