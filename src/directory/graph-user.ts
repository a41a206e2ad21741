/** A user as Microsoft Graph's `/users/delta` tells of him. */
import { z } from 'zod'
import type { SaidUser } from './record.ts'

/** What is asked for: no more than mailboxes and the rules about people need. */
export const graphUserFields = [
  'id',
  'userPrincipalName',
  'displayName',
  'mail',
  'proxyAddresses',
  'mobilePhone',
  'businessPhones',
  'department',
  'companyName',
  'country',
  'city',
  'officeLocation',
  'jobTitle',
  'accountEnabled',
  'assignedLicenses',
  'assignedPlans',
] as const

const text = z.string().nullish()
const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? undefined)

/** In a change only the id is sure to be there: what is absent stays, what is null was taken away. */
export const graphUser = z.object({
  id: z.string().min(1),
  '@removed': z.object({ reason: z.string().optional() }).optional(),
  userPrincipalName: text,
  displayName: text,
  mail: text,
  proxyAddresses: texts,
  mobilePhone: text,
  businessPhones: texts,
  department: text,
  companyName: text,
  country: text,
  city: text,
  officeLocation: text,
  jobTitle: text,
  accountEnabled: z.boolean().nullish(),
  assignedLicenses: z.array(z.unknown()).nullish(),
  assignedPlans: z.array(z.object({ service: text, capabilityStatus: text })).nullish(),
})
export type GraphUser = z.output<typeof graphUser>

/** A user who is there, new or changed. */
export function saidOf(user: GraphUser): SaidUser {
  return {
    sourceId: user.id,
    record: {
      ...{ userName: user.userPrincipalName?.toLowerCase(), name: user.displayName ?? undefined },
      ...{ mail: user.mail, aliases: user.proxyAddresses && aliasesOf(user.proxyAddresses) },
      ...{ mobile: user.mobilePhone, businessPhones: user.businessPhones },
      ...{ department: user.department, company: user.companyName, country: user.country, city: user.city },
      ...{ office: user.officeLocation, title: user.jobTitle },
      ...{ enabled: user.accountEnabled ?? undefined, licensed: licensedOf(user) },
    },
  }
}

/** `SMTP:` is the primary address, `smtp:` the others; X500, SIP and the like are no mail addresses. */
function aliasesOf(proxies: readonly string[]): string[] {
  return proxies
    .filter((proxy) => /^smtp:/i.test(proxy))
    .map((proxy) => proxy.slice('smtp:'.length).toLowerCase())
    .sort()
}

const plansInForce = new Set(['Enabled', 'Warning', 'LockedOut', 'Suspended'])

/**
 * Whether there is a mailbox at Exchange: by its plan, where plans are told; else by any licence. A plan that ran out
 * (`Deleted`) counts no more; one that is suspended still has its mailbox.
 */
function licensedOf({ assignedPlans, assignedLicenses }: GraphUser): boolean | undefined {
  if (assignedPlans != null && assignedPlans.length > 0) {
    return assignedPlans.some(
      ({ service, capabilityStatus }) =>
        service?.toLowerCase() === 'exchange' && plansInForce.has(capabilityStatus ?? ''),
    )
  }
  if (assignedLicenses != null) return assignedLicenses.length > 0
  return assignedPlans != null ? false : undefined
}
