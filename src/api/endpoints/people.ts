/** Users, role groups, search filters, tokens and approvals. */
import { z } from 'zod'
import { roles } from '../../domain/roles.ts'
import { defineEndpoints } from '../endpoint.ts'
import { done, idParams, time, version } from '../values.ts'
import { signInMethods } from './session.ts'

const role = z.enum(roles)

export const userFacts = z.object({
  id: z.int(),
  username: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  roleGroups: z.array(z.object({ id: z.int(), name: z.string(), origin: z.enum(['manual', 'oidc']) })),
  signsInBy: z.array(z.enum(['password', 'totp', 'passkey', 'oidc'])),
  lockedUntil: time.nullable(),
  disabledAt: time.nullable(),
  createdAt: time,
  lastSignInAt: time.nullable(),
  sessions: z.int(),
  /** API tokens that still work. */
  tokens: z.int(),
})

const link = z.object({ url: z.string(), expiresAt: time })

export const roleGroupFacts = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  builtIn: z.boolean(),
  roles: z.array(role),
  oidcGroups: z.array(z.string()),
  version,
  members: z.array(
    z.object({
      userId: z.int(),
      username: z.string(),
      name: z.string(),
      origin: z.enum(['manual', 'oidc']),
      addedBy: z.string(),
      addedAt: time,
    }),
  ),
})

const roleGroupInput = z.object({
  name: z.string().trim().min(1).max(100),
  description: z.string().max(1000).default(''),
  roles: z.array(role),
  oidcGroups: z.array(z.string().min(1).max(300)).max(50).default([]),
})

export const searchFilterFacts = z.object({
  id: z.int(),
  name: z.string(),
  for: z.object({ kind: z.enum(['user', 'role-group']), id: z.int(), name: z.string() }),
  mailboxes: z.array(z.string()),
  departments: z.array(z.string()),
  createdBy: z.string(),
  createdAt: time,
})

export const approvalFacts = z.object({
  id: z.int(),
  operation: z.string(),
  /** A sentence for the person who decides. */
  summary: z.string(),
  requestedBy: z.string(),
  requestedAt: time,
  expiresAt: time,
  state: z.enum(['waiting', 'approved', 'declined', 'withdrawn', 'expired']),
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  reason: z.string().nullable(),
  /** Whether whoever asks may decide it: never his own. */
  mayDecide: z.boolean(),
})

/** A change that needs a second person answers this instead of being done. */
export const orWaiting = <Done extends z.ZodType>(answer: Done) =>
  z.union([
    z.object({ state: z.literal('done'), result: answer }),
    z.object({ state: z.literal('waiting'), approval: z.int() }),
  ])

export const peopleEndpoints = defineEndpoints({
  listUsers: {
    method: 'GET',
    path: '/api/users',
    summary: 'Everybody who may sign in.',
    access: ['Role Management'],
    audit: 'view-people',
    answer: z.array(userFacts),
  },
  createUser: {
    method: 'POST',
    path: '/api/users',
    summary: 'Makes a user and the one-time link by which he comes in.',
    access: ['Role Management'],
    audit: 'create-user',
    dangerous: true,
    body: z.object({
      username: z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[a-z0-9][a-z0-9._@-]{1,99}$/),
      name: z.string().trim().min(1).max(200),
      email: z.string().max(254).nullable().default(null),
    }),
    answer: z.object({ user: userFacts, link }),
  },
  updateUser: {
    method: 'PATCH',
    path: '/api/users/:id',
    summary: 'Name and e-mail of a user; disabling ends his sessions and tokens.',
    access: ['Role Management'],
    audit: 'update-user',
    dangerous: true,
    params: idParams,
    body: z.object({
      name: z.string().trim().min(1).max(200).optional(),
      email: z.string().max(254).nullable().optional(),
      disabled: z.boolean().optional(),
      unlock: z.literal(true).optional(),
    }),
    answer: userFacts,
  },
  createUserLink: {
    method: 'POST',
    path: '/api/users/:id/link',
    summary:
      'A new one-time link for a user who cannot sign in; removes his password, app and passkeys when used.',
    access: ['Role Management'],
    audit: 'create-link',
    dangerous: true,
    params: idParams,
    answer: link,
  },
  listUserSessions: {
    method: 'GET',
    path: '/api/users/:id/sessions',
    summary: 'The sessions of a user.',
    access: ['Role Management'],
    audit: 'view-people',
    params: idParams,
    answer: z.array(
      z.object({
        id: z.uuid(),
        method: z.enum(signInMethods),
        clientIp: z.string().nullable(),
        userAgent: z.string().nullable(),
        createdAt: time,
        lastSeenAt: time,
        expiresAt: time,
      }),
    ),
  },
  endUserSessions: {
    method: 'POST',
    path: '/api/users/:id/sessions/end',
    summary: 'Ends all sessions of a user at once.',
    access: ['Role Management'],
    audit: 'end-session',
    params: idParams,
    answer: z.object({ ended: z.int() }),
  },
  listRoleGroups: {
    method: 'GET',
    path: '/api/role-groups',
    summary: 'All role groups with their roles and members.',
    access: ['Role Management', 'View-Only Audit Logs'],
    audit: 'view-people',
    answer: z.array(roleGroupFacts),
  },
  createRoleGroup: {
    method: 'POST',
    path: '/api/role-groups',
    summary:
      'A role group of your own. May wait for a second person when groups of the provider come in by it.',
    access: ['Role Management'],
    audit: 'create-role-group',
    dangerous: true,
    body: roleGroupInput,
    answer: orWaiting(roleGroupFacts),
  },
  changeRoleGroup: {
    method: 'PUT',
    path: '/api/role-groups/:id',
    summary: 'Roles, description and provider groups of a role group. May wait for a second person.',
    access: ['Role Management'],
    audit: 'change-role-group',
    dangerous: true,
    params: idParams,
    body: roleGroupInput.extend({ version }),
    answer: orWaiting(roleGroupFacts),
  },
  deleteRoleGroup: {
    method: 'DELETE',
    path: '/api/role-groups/:id',
    summary: 'Deletes a role group of your own; built-in ones stay.',
    access: ['Role Management'],
    audit: 'delete-role-group',
    dangerous: true,
    params: idParams,
    answer: done,
  },
  changeMembers: {
    method: 'POST',
    path: '/api/role-groups/:id/members',
    summary:
      'Adds and removes members. Adding may wait for a second person; adding oneself always tells the others.',
    access: ['Role Management'],
    audit: 'change-members',
    dangerous: true,
    params: idParams,
    body: z.object({
      add: z.array(z.int()).max(500).default([]),
      remove: z.array(z.int()).max(500).default([]),
    }),
    answer: orWaiting(roleGroupFacts),
  },
  listSearchFilters: {
    method: 'GET',
    path: '/api/search-filters',
    summary: 'Who may search and read only some mailboxes.',
    access: ['Role Management'],
    audit: 'view-people',
    answer: z.array(searchFilterFacts),
  },
  createSearchFilter: {
    method: 'POST',
    path: '/api/search-filters',
    summary:
      'Limits a user or a role group to mailboxes by address or department. One more beside another widens what is seen, and may wait for a second person.',
    access: ['Role Management'],
    audit: 'change-search-filter',
    dangerous: true,
    body: z.object({
      name: z.string().trim().min(1).max(100),
      for: z.object({ kind: z.enum(['user', 'role-group']), id: z.int() }),
      mailboxes: z.array(z.string()).max(1000).default([]),
      departments: z.array(z.string()).max(100).default([]),
    }),
    answer: orWaiting(searchFilterFacts),
  },
  deleteSearchFilter: {
    method: 'DELETE',
    path: '/api/search-filters/:id',
    summary: 'Removes a limit. May wait for a second person.',
    access: ['Role Management'],
    audit: 'change-search-filter',
    dangerous: true,
    params: idParams,
    answer: orWaiting(done),
  },
  listApprovals: {
    method: 'GET',
    path: '/api/approvals',
    summary: 'Acts that wait, or waited, for a second person.',
    access: ['Role Management'],
    audit: 'view-people',
    answer: z.array(approvalFacts),
  },
  decideApproval: {
    method: 'POST',
    path: '/api/approvals/:id',
    summary: "Approves or declines somebody else's request, or withdraws one's own.",
    access: ['Role Management'],
    audit: 'decide-approval',
    dangerous: true,
    params: idParams,
    body: z.object({
      decision: z.enum(['approved', 'declined', 'withdrawn']),
      reason: z.string().max(1000).default(''),
    }),
    answer: approvalFacts,
  },
  listTokens: {
    method: 'GET',
    path: '/api/tokens',
    summary: "One's own API tokens; the tokens themselves are shown once only.",
    access: 'signed-in',
    audit: { none: 'a person asks about himself' },
    answer: z.array(
      z.object({
        id: z.int(),
        name: z.string(),
        roles: z.array(role),
        createdAt: time,
        expiresAt: time,
        lastUsedAt: time.nullable(),
        revokedAt: time.nullable(),
      }),
    ),
  },
  createToken: {
    method: 'POST',
    path: '/api/tokens',
    summary: 'A token for a program, with some of the roles of whoever makes it.',
    access: 'signed-in',
    audit: 'create-token',
    dangerous: true,
    body: z.object({
      name: z.string().trim().min(1).max(100),
      roles: z.array(role).min(1),
      days: z.int().min(1).max(366),
    }),
    answer: z.object({ id: z.int(), token: z.string(), expiresAt: time }),
  },
  revokeToken: {
    method: 'DELETE',
    path: '/api/tokens/:id',
    summary: "Revokes one of one's own tokens.",
    access: 'signed-in',
    audit: 'revoke-token',
    params: idParams,
    answer: done,
  },
})
