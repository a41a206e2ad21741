/** Activation: what an administrator does about registered users' consent, and what they do with their links. */
import { z } from 'zod'
import {
  activationSettings,
  activationStates,
  consentAnswers,
  noticeLanguages,
  noticeTexts,
  offeredWays,
} from '../../domain/activation.ts'
import { defineEndpoints } from '../endpoint.ts'
import { done, idParams, rowId, time } from '../values.ts'

const siteRoles = ['Data Connector Admin', 'Mailbox Import Export'] as const

const accountUserParams = z.object({ id: rowId, user: rowId })
const exclusionParams = z.object({ id: rowId, exclusion: rowId })
const language = z.enum(noticeLanguages)
const token = z.string().min(16).max(100)

const shownAnswer = z.object({
  answer: z.enum(consentAnswers),
  at: time,
  by: z.string(),
  noticeVersion: z.int(),
  outdated: z.boolean(),
})

export const userActivation = z.object({
  userId: z.int(),
  name: z.string(),
  mobile: z.string(),
  email: z.string(),
  language: language.nullable(),
  leftAt: time.nullable(),
  invitation: z
    .object({
      state: z.enum(['open', 'expired', 'completed']),
      invitedAt: time,
      expiresAt: time,
      mailed: z.boolean(),
    })
    .nullable(),
  notice: shownAnswer.nullable(),
  capture: shownAnswer.nullable(),
  crossBorder: shownAnswer.nullable(),
  ways: z.array(z.object({ way: z.string(), state: z.enum(activationStates), since: time })),
})

const accountActivation = activationSettings.required().extend({
  consentRequired: z.boolean(),
  offered: z.array(z.enum(offeredWays)),
})

const exclusion = z.object({
  id: z.int(),
  userId: z.int().nullable(),
  userName: z.string().nullable(),
  reason: z.string(),
  state: z.enum(['proposed', 'approved', 'refused', 'ended']),
  proposedBy: z.string(),
  proposedAt: time,
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  records: z.int(),
})

const administration = defineEndpoints({
  listActivations: {
    method: 'GET',
    path: '/api/site/accounts/:id/activations',
    summary:
      'How the registered users of an account stand: invited, answered, captured, silent, broken, left.',
    access: [...siteRoles],
    audit: 'view-activation',
    params: idParams,
    answer: z.object({
      settings: accountActivation,
      /** Whether links are mailed; else they are shown. */
      mails: z.boolean(),
      users: z.array(userActivation),
    }),
  },
  inviteUsers: {
    method: 'POST',
    path: '/api/site/accounts/:id/invitations',
    summary:
      'Invites users by a one-time link of fourteen days; an earlier link of theirs is dead from then on.',
    access: [...siteRoles],
    audit: 'invite-users',
    params: idParams,
    body: z.object({
      users: z.union([z.array(rowId).min(1).max(500), z.literal('all')]),
      language: language.optional(),
      /** The links are shown, although there is a mail server. */
      byHand: z.boolean().default(false),
    }),
    answer: z.object({
      invited: z.array(
        z.object({
          userId: z.int(),
          name: z.string(),
          mobile: z.string(),
          email: z.string(),
          expiresAt: time,
          link: z.string().nullable(),
          problem: z.string().nullable(),
        }),
      ),
      remaining: z.int(),
    }),
  },
  withdrawConsent: {
    method: 'POST',
    path: '/api/site/accounts/:id/users/:user/withdrawal',
    summary: 'Withdraws a consent on the user’s behalf, from now on; what was captured stays.',
    access: [...siteRoles],
    audit: 'withdraw-consent',
    params: accountUserParams,
    body: z.object({ kind: z.enum(['capture', 'cross-border']) }),
    answer: done,
  },
  leaveUser: {
    method: 'POST',
    path: '/api/site/accounts/:id/users/:user/leave',
    summary: 'Marks a user as having left, now or at an earlier instant: nothing is captured from then on.',
    access: [...siteRoles],
    audit: 'leave-user',
    params: accountUserParams,
    body: z.object({ at: time.optional() }),
    answer: done,
  },
  listNotices: {
    method: 'GET',
    path: '/api/site/accounts/:id/notices',
    summary: 'All versions of what the users are told, the one that holds first.',
    access: [...siteRoles],
    audit: { none: 'our own texts' },
    params: idParams,
    answer: z.array(
      z.object({ version: z.int(), texts: noticeTexts, publishedBy: z.string(), publishedAt: time }),
    ),
  },
  publishNotice: {
    method: 'POST',
    path: '/api/site/accounts/:id/notices',
    summary:
      'Puts a new version in place of the notice that holds; earlier consents are outdated from then on.',
    access: [...siteRoles],
    audit: 'publish-notice',
    params: idParams,
    body: z.object({ after: z.int().positive(), texts: noticeTexts }),
    answer: z.object({ version: z.int() }),
  },
  changeActivation: {
    method: 'PATCH',
    path: '/api/site/accounts/:id/activation',
    summary: 'What the users are offered, and whether nothing is captured without their consent.',
    access: [...siteRoles],
    audit: 'change-activation',
    params: idParams,
    body: z.object({
      consentRequired: z.boolean().optional(),
      ways: z.array(z.enum(offeredWays)).nullable().optional(),
      embeddedSignup: activationSettings.shape.embeddedSignup.unwrap().optional(),
    }),
    answer: accountActivation,
  },
  listExclusions: {
    method: 'GET',
    path: '/api/site/accounts/:id/exclusions',
    summary:
      'Conversations that are not captured, with the counts they left; which ones they are is not kept.',
    access: [...siteRoles],
    audit: { none: 'counts and our own decisions' },
    params: idParams,
    answer: z.array(exclusion),
  },
  proposeExclusion: {
    method: 'POST',
    path: '/api/site/accounts/:id/exclusions',
    summary: 'Proposes that a conversation is not captured; another person has to approve it.',
    access: [...siteRoles],
    audit: 'propose-exclusion',
    params: idParams,
    body: z.object({
      /** The vendor's id of the conversation. */
      conversation: z.string().trim().min(1).max(200),
      userId: rowId.nullable().default(null),
      reason: z.string().trim().min(1).max(500),
    }),
    answer: z.object({ id: z.int() }),
  },
  decideExclusion: {
    method: 'POST',
    path: '/api/site/accounts/:id/exclusions/:exclusion/decision',
    summary: 'Approves or refuses an exclusion that somebody else proposed.',
    access: [...siteRoles],
    audit: 'decide-exclusion',
    dangerous: true,
    params: exclusionParams,
    body: z.object({ approved: z.boolean() }),
    answer: done,
  },
  endExclusion: {
    method: 'POST',
    path: '/api/site/accounts/:id/exclusions/:exclusion/end',
    summary: 'The conversation is captured again from now on.',
    access: [...siteRoles],
    audit: 'end-exclusion',
    params: exclusionParams,
    answer: done,
  },
})

/** Of whoever has a link; a token stands in the body, where no log has it. */
const byLink = defineEndpoints({
  checkActivation: {
    method: 'POST',
    path: '/api/activation/check',
    summary: 'What the page of a registered user shows to whoever has his link.',
    access: 'anybody',
    audit: { none: 'his own page; his answers are audited' },
    body: z.object({ token }),
    answer: z.object({
      name: z.string(),
      account: z.string(),
      language,
      expiresAt: time,
      consentRequired: z.boolean(),
      notice: z.object({ version: z.int(), texts: noticeTexts }),
      answers: z.object({
        capture: z.enum(consentAnswers).nullable(),
        crossBorder: z.enum(consentAnswers).nullable(),
      }),
      ways: z.array(
        z.object({
          way: z.enum(offeredWays),
          qrText: z.string().nullable(),
          signupUrl: z.string().nullable(),
          /** A file can be sent from the page itself. */
          uploads: z.boolean(),
        }),
      ),
    }),
  },
  reportPersonal: {
    method: 'POST',
    path: '/api/activation/personal',
    summary:
      'A registered user calls personal what was said in some minutes; it is hidden as soon as the centre asks.',
    access: 'anybody',
    audit: 'report-personal',
    body: z.object({ token, from: z.iso.datetime({ offset: true }), minutes: z.int().min(1).max(60) }),
    answer: done,
  },
  answerNotice: {
    method: 'POST',
    path: '/api/activation/answer',
    summary: 'Keeps that the notice was read, and what was answered to it.',
    access: 'anybody',
    audit: 'answer-notice',
    body: z.object({
      token,
      noticeVersion: z.int().positive(),
      language,
      capture: z.enum(['given', 'refused']),
      crossBorder: z.enum(['given', 'refused']),
    }),
    answer: done,
  },
  uploadBackup: {
    method: 'POST',
    path: '/api/activation/backup',
    summary: 'Captures a chat export or a backup of the user’s own phone.',
    access: 'anybody',
    audit: 'capture',
    query: z.object({
      token,
      way: z.enum(['whatsapp-backup', 'whatsapp-export', 'wechat-export']),
      name: z.string().min(1).max(255),
      settings: z.string().max(1000).default('{}'),
    }),
    body: 'bytes',
    bodyBytesMax: 16 * 1024 * 1024 * 1024,
    answer: z.object({ captured: z.int(), duplicates: z.int() }),
  },
  finishActivation: {
    method: 'POST',
    path: '/api/activation/finish',
    summary: 'Uses the link up.',
    access: 'anybody',
    audit: 'finish-activation',
    body: z.object({ token }),
    answer: done,
  },
})

export const activationEndpoints = { ...administration, ...byLink }
