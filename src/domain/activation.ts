/** The words of activation: languages of a notice, kinds of consent, and how a registered user stands on a way in. */
import { z } from 'zod'

export const noticeLanguages = ['en', 'es', 'zh-Hans', 'sv', 'it'] as const
export type NoticeLanguage = (typeof noticeLanguages)[number]

export const consentKinds = ['notice', 'capture', 'cross-border'] as const
export type ConsentKind = (typeof consentKinds)[number]

export const consentAnswers = ['given', 'refused', 'withdrawn'] as const
export type ConsentAnswer = (typeof consentAnswers)[number]

export const activationStates = [
  'invited',
  'consented',
  'refused',
  'active',
  'silent',
  'broken',
  'left',
] as const
/**
 * `invited`: asked, has not answered; `consented`: waits for the first record; `active`: captured; `silent`: longer
 * without a record than is usual; `broken`: has to be connected again.
 */
export type ActivationState = (typeof activationStates)[number]

/** Decisions about a record before it is journalled: `capture`, or why it is only counted. */
export const refusalReasons = ['no-consent', 'left', 'excluded'] as const
export type RefusalReason = (typeof refusalReasons)[number]

const paragraph = z.string().trim().min(1).max(4000)

/** What a user is told in one language, and the two sentences he is asked to agree to. */
export const noticeText = z.object({
  captured: paragraph,
  seenBy: paragraph,
  keeping: paragraph,
  rights: paragraph,
  capture: paragraph,
  crossBorder: paragraph,
})
export type NoticeText = z.infer<typeof noticeText>

/** At least one language; whoever reads another one is shown English, or the first there is. */
export const noticeTexts = z
  .partialRecord(z.enum(noticeLanguages), noticeText)
  .refine((texts) => Object.keys(texts).length > 0, 'needs at least one language')
export type NoticeTexts = z.infer<typeof noticeTexts>

/** Ways in that a user takes part in himself, by the name of their source. */
export const offeredWays = [
  'wecom-archive',
  'whatsapp-linked-device',
  'whatsapp-cloud',
  'whatsapp-backup',
  'whatsapp-export',
  'wechat-export',
] as const
export type OfferedWay = (typeof offeredWays)[number]

export const metaSignupAddress = 'https://business.facebook.com/messaging/whatsapp/onboard/'

/** What an account offers its users. */
export const activationSettings = z.object({
  /** Null: the live routes that the account has. */
  ways: z.array(z.enum(offeredWays)).nullable().default(null),
  /** Meta's embedded sign-up of a business number that stays in the Business app. */
  embeddedSignup: z
    .object({
      appId: z.string().regex(/^\d{5,30}$/, 'is the number of the Meta app'),
      configurationId: z.string().regex(/^\d{5,30}$/, 'is the number of the sign-up configuration'),
      /** To be checked in Meta's documentation: the default is not confirmed, and Meta may move its page. */
      address: z.url().max(500).startsWith('https://', 'begins with https://').default(metaSignupAddress),
    })
    .nullable()
    .default(null),
})
export type ActivationSettings = z.infer<typeof activationSettings>
/** As they are given: what has a default may be left out. */
export type ActivationInput = z.input<typeof activationSettings>
