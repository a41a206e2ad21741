/** Signing in, and what a person may change about himself. */
import { z } from 'zod'
import { roles } from '../../domain/roles.ts'
import { defineEndpoints } from '../endpoint.ts'
import { done, idParams, time, timeZone, uuidParams } from '../values.ts'

export const languages = ['en', 'es', 'zh-Hans', 'sv', 'it'] as const
export const themes = ['system', 'light', 'dark'] as const
export const signInMethods = ['link', 'password', 'password+totp', 'passkey', 'oidc'] as const

const password = z.string().min(1).max(1024)
const newPassword = z.string().min(12).max(1024)
const totpCode = z.string().regex(/^\d{6}$/)
/** As the browser's credential functions write them; the server's WebAuthn library checks them. */
const webAuthnJson = z.record(z.string(), z.unknown())

export const sessionFacts = z.object({
  user: z.object({
    id: z.int(),
    username: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    language: z.enum(languages).nullable(),
    timeZone: z.string().nullable(),
    theme: z.enum(themes),
    hasPassword: z.boolean(),
    hasTotp: z.boolean(),
    passkeys: z.int(),
    /** Whether a person of the sign-in provider is linked to this user. */
    hasProvider: z.boolean(),
  }),
  roles: z.array(z.enum(roles)),
  roleGroups: z.array(z.string()),
  /** Sent back in the header `x-holdfast-csrf` with every change. */
  csrfToken: z.string(),
  method: z.enum(signInMethods),
  expiresAt: time,
  /** Until when dangerous acts do not ask again who he is. */
  confirmedUntil: time,
  /** True until a password or passkey is set: the link that let him in works once. */
  mustSetCredential: z.boolean(),
  /** True while the settings ask for a second factor and this session came in without one: no role until then. */
  mustSetSecondFactor: z.boolean(),
})
export type SessionFacts = z.infer<typeof sessionFacts>

/** `signed-in` has set the session's cookie; `code-needed` wants the six digits next. */
const signedIn = z.discriminatedUnion('state', [
  z.object({ state: z.literal('signed-in'), session: sessionFacts }),
  z.object({ state: z.literal('code-needed'), step: z.string() }),
])

export const sessionEndpoints = defineEndpoints({
  readSignInOptions: {
    method: 'GET',
    path: '/api/sign-in',
    summary: 'How people sign in here.',
    access: 'anybody',
    audit: { none: 'says nothing of anybody' },
    answer: z.object({
      product: z.string(),
      version: z.string(),
      organisation: z.string().nullable(),
      /** The name of the sign-in provider, when one is set up. */
      provider: z.string().nullable(),
      /** False until the first administrator has come in by his link. */
      setUp: z.boolean(),
    }),
  },
  signInWithPassword: {
    method: 'POST',
    path: '/api/sign-in/password',
    summary: 'Signs in with user name and password; a second step may ask for a code.',
    access: 'anybody',
    audit: 'sign-in',
    body: z.object({ username: z.string().min(1).max(200), password }),
    answer: signedIn,
  },
  signInWithCode: {
    method: 'POST',
    path: '/api/sign-in/code',
    summary: 'The second step: the six digits of the authenticator app.',
    access: 'anybody',
    audit: 'sign-in',
    body: z.object({ step: z.string().max(200), code: totpCode }),
    answer: signedIn,
  },
  beginPasskeySignIn: {
    method: 'POST',
    path: '/api/sign-in/passkey/options',
    summary: 'What the browser needs to ask for a passkey.',
    access: 'anybody',
    audit: { none: 'a challenge, by which nobody is in yet' },
    answer: z.object({ step: z.string(), options: webAuthnJson }),
  },
  signInWithPasskey: {
    method: 'POST',
    path: '/api/sign-in/passkey',
    summary: 'Signs in with a passkey.',
    access: 'anybody',
    audit: 'sign-in',
    body: z.object({ step: z.string().max(200), credential: webAuthnJson }),
    answer: signedIn,
  },
  signInWithLink: {
    method: 'POST',
    path: '/api/sign-in/link',
    summary: 'Signs in with a one-time link; the first administrator and invited people come in by one.',
    access: 'anybody',
    audit: 'sign-in',
    body: z.object({
      token: z.string().max(200),
      /** Asked of the first administrator: who he is. */
      username: z.string().max(100).optional(),
      name: z.string().max(200).optional(),
      email: z.string().max(254).optional(),
      password: newPassword.optional(),
    }),
    answer: signedIn,
  },
  readLink: {
    method: 'POST',
    path: '/api/sign-in/link/facts',
    summary: 'What a one-time link is for and whether it still works, without using it.',
    access: 'anybody',
    audit: { none: 'tells only the holder of the link what it is for' },
    body: z.object({ token: z.string().max(200) }),
    answer: z.object({
      purpose: z.enum(['first-administrator', 'invitation', 'reset']),
      username: z.string().nullable(),
      name: z.string().nullable(),
      expiresAt: time,
    }),
  },
  beginProviderSignIn: {
    method: 'GET',
    path: '/api/sign-in/provider',
    summary: 'Sends the browser to the sign-in provider (OpenID Connect, code with PKCE).',
    access: 'anybody',
    audit: { none: 'a redirect, by which nobody is in yet' },
    answer: 'bytes',
  },
  finishProviderSignIn: {
    method: 'GET',
    path: '/api/sign-in/provider/callback',
    summary: 'Where the provider sends the browser back to; signs in and goes on to the portal.',
    access: 'anybody',
    audit: 'sign-in',
    query: z.object({
      code: z.string().max(4000).optional(),
      state: z.string().max(500).optional(),
      iss: z.string().max(500).optional(),
      error: z.string().max(200).optional(),
    }),
    answer: 'bytes',
  },
  readSession: {
    method: 'GET',
    path: '/api/session',
    summary: 'Who is signed in and what he may do.',
    access: 'signed-in',
    audit: { none: 'a person asks about himself' },
    answer: sessionFacts,
  },
  beginProviderLink: {
    method: 'POST',
    path: '/api/session/provider',
    summary: 'The address where the provider asks who one is there; from then on one may sign in by it.',
    access: 'signed-in',
    audit: { none: 'an address, by which nothing is linked yet' },
    dangerous: true,
    answer: z.object({ url: z.string() }),
  },
  signOut: {
    method: 'POST',
    path: '/api/session/sign-out',
    summary: 'Ends this session.',
    access: 'signed-in',
    audit: 'sign-out',
    answer: done,
  },
  confirmIdentity: {
    method: 'POST',
    path: '/api/session/confirm',
    summary: 'Proves again who one is, before a dangerous act.',
    access: 'signed-in',
    audit: 'confirm-identity',
    body: z.union([
      z.object({ password, code: totpCode.optional() }),
      z.object({ step: z.string().max(200), credential: webAuthnJson }),
    ]),
    answer: z.object({ confirmedUntil: time }),
  },
  beginPasskeyConfirmation: {
    method: 'POST',
    path: '/api/session/confirm/options',
    summary: 'What the browser needs to ask for one of the passkeys of whoever is signed in.',
    access: 'signed-in',
    audit: { none: 'a challenge, by which nothing is proved yet' },
    answer: z.object({ step: z.string(), options: webAuthnJson }),
  },
  changePreferences: {
    method: 'PATCH',
    path: '/api/session/preferences',
    summary: 'Language, time zone and theme of whoever is signed in.',
    access: 'signed-in',
    audit: 'change-preferences',
    body: z.object({
      language: z.enum(languages).nullable().optional(),
      timeZone: timeZone.nullable().optional(),
      theme: z.enum(themes).optional(),
      name: z.string().trim().min(1).max(200).optional(),
      email: z.string().max(254).nullable().optional(),
    }),
    answer: sessionFacts,
  },
  changePassword: {
    method: 'POST',
    path: '/api/session/password',
    summary: 'Sets a new password; ends the other sessions.',
    access: 'signed-in',
    audit: 'change-password',
    body: z.object({ current: password.optional(), next: newPassword }),
    answer: done,
  },
  beginTotp: {
    method: 'POST',
    path: '/api/session/totp',
    summary: 'A new secret for an authenticator app; counts once a code confirms it.',
    access: 'signed-in',
    audit: 'change-totp',
    dangerous: true,
    answer: z.object({ secret: z.string(), uri: z.string() }),
  },
  confirmTotp: {
    method: 'POST',
    path: '/api/session/totp/confirm',
    summary: 'The first code of the new secret: from now on it is asked for.',
    access: 'signed-in',
    audit: 'change-totp',
    body: z.object({ code: totpCode }),
    answer: done,
  },
  removeTotp: {
    method: 'DELETE',
    path: '/api/session/totp',
    summary: 'No code is asked for any more.',
    access: 'signed-in',
    audit: 'change-totp',
    dangerous: true,
    answer: done,
  },
  listPasskeys: {
    method: 'GET',
    path: '/api/session/passkeys',
    summary: "One's own passkeys.",
    access: 'signed-in',
    audit: { none: 'a person asks about himself' },
    answer: z.array(
      z.object({ id: z.int(), name: z.string(), createdAt: time, lastUsedAt: time.nullable() }),
    ),
  },
  beginPasskey: {
    method: 'POST',
    path: '/api/session/passkeys/options',
    summary: 'What the browser needs to make a passkey.',
    access: 'signed-in',
    audit: { none: 'a challenge, by which nothing is changed yet' },
    dangerous: true,
    answer: z.object({ step: z.string(), options: webAuthnJson }),
  },
  addPasskey: {
    method: 'POST',
    path: '/api/session/passkeys',
    summary: 'Keeps a passkey the browser made.',
    access: 'signed-in',
    audit: 'change-passkey',
    dangerous: true,
    body: z.object({
      step: z.string().max(200),
      name: z.string().trim().min(1).max(100),
      credential: webAuthnJson,
    }),
    answer: done,
  },
  removePasskey: {
    method: 'DELETE',
    path: '/api/session/passkeys/:id',
    summary: "Removes one of one's own passkeys; the last way to sign in stays.",
    access: 'signed-in',
    audit: 'change-passkey',
    dangerous: true,
    params: idParams,
    answer: done,
  },
  listSessions: {
    method: 'GET',
    path: '/api/session/sessions',
    summary: "One's own sessions.",
    access: 'signed-in',
    audit: { none: 'a person asks about himself' },
    answer: z.array(
      z.object({
        id: z.uuid(),
        current: z.boolean(),
        method: z.enum(signInMethods),
        clientIp: z.string().nullable(),
        userAgent: z.string().nullable(),
        createdAt: time,
        lastSeenAt: time,
        expiresAt: time,
      }),
    ),
  },
  endSession: {
    method: 'DELETE',
    path: '/api/session/sessions/:id',
    summary: "Ends one of one's own sessions.",
    access: 'signed-in',
    audit: 'end-session',
    params: uuidParams,
    answer: done,
  },
})
