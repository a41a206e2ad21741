/** The calls of WeCom's API that the archive needs (wecom pages 91614, 91782, 92005, 95402), by what they are for. */
import { z } from 'zod'
import { isAppError } from '../../../domain/errors.ts'
import type { Qyapi } from './qyapi.ts'

const answer = z.looseObject({ errcode: z.number() })

/** 1 office, 2 service, 3 enterprise (page 91614). */
export type ArchiveEdition = 1 | 2 | 3

/** Userids whose messages are archived, departments and tags resolved; all editions where none is named. */
export async function permittedUsers(api: Qyapi, edition?: ArchiveEdition): Promise<readonly string[]> {
  const { ids } = await api.call(
    'msgaudit/get_permit_user_list',
    { body: edition === undefined ? {} : { type: edition } },
    {
      what: 'the list of archived users was asked for',
      answer: answer.extend({ ids: z.array(z.string()).default([]) }),
    },
  )
  return ids
}

export const agreements = ['Agree', 'Disagree', 'Default_Agree'] as const

const agreement = z.looseObject({
  status_change_time: z.number().optional(),
  userid: z.string().optional(),
  // WeCom's own spelling.
  exteranalopenid: z.string(),
  agree_status: z.enum(agreements).or(z.string()),
})
export type Agreement = z.infer<typeof agreement>

export interface ConsentPair {
  readonly userid: string
  readonly externalId: string
}

const pairsPerCall = 100

/** Whether each WeChat contact agreed to be archived with each employee; any number of pairs, 100 a call. */
export async function agreementsOf(api: Qyapi, pairs: readonly ConsentPair[]): Promise<readonly Agreement[]> {
  const found: Agreement[] = []
  for (let first = 0; first < pairs.length; first += pairsPerCall)
    found.push(...(await agreementsTogether(api, pairs.slice(first, first + pairsPerCall))))
  return found
}

/** One pair that is refused (somebody who left) must not hide the others: the halves are asked for, and theirs. */
async function agreementsTogether(api: Qyapi, pairs: readonly ConsentPair[]): Promise<readonly Agreement[]> {
  const info = pairs.map(({ userid, externalId }) => ({ userid, exteranalopenid: externalId }))
  const found = await optional(() =>
    api.call(
      'msgaudit/check_single_agree',
      { body: { info } },
      {
        what: 'the consent of contacts was asked for',
        answer: answer.extend({ agreeinfo: z.array(agreement) }),
      },
    ),
  )
  if (found !== null) return found.agreeinfo
  if (pairs.length === 1) return []
  const half = Math.ceil(pairs.length / 2)
  return [
    ...(await agreementsTogether(api, pairs.slice(0, half))),
    ...(await agreementsTogether(api, pairs.slice(half))),
  ]
}

/** The same for everybody from outside in a group; null where the API does not know the group. */
export async function roomAgreements(api: Qyapi, room: string): Promise<readonly Agreement[] | null> {
  const found = await optional(() =>
    api.call(
      'msgaudit/check_room_agree',
      { body: { roomid: room } },
      {
        what: 'the consent in a group was asked for',
        answer: answer.extend({ agreeinfo: z.array(agreement) }),
      },
    ),
  )
  return found?.agreeinfo ?? null
}

/** The name of a group of employees; null where it is none, or has no name. */
export async function innerRoomName(api: Qyapi, room: string): Promise<string | null> {
  const found = await optional(() =>
    api.call(
      'msgaudit/groupchat/get',
      { body: { roomid: room } },
      {
        what: 'the name of a group was asked for',
        answer: answer.extend({ roomname: z.string().default('') }),
      },
    ),
  )
  return found?.roomname || null
}

export interface CustomerRoom {
  readonly name: string
  /** By userid or external id. */
  readonly members: ReadonlyMap<string, string>
}

/** A group with WeChat contacts, with the names of those in it; null where the API does not know it. */
export async function customerRoom(api: Qyapi, room: string): Promise<CustomerRoom | null> {
  const member = z.looseObject({ userid: z.string(), name: z.string().default('') })
  const group = z.looseObject({ name: z.string().default(''), member_list: z.array(member).default([]) })
  const found = await optional(() =>
    api.call(
      'externalcontact/groupchat/get',
      { body: { chat_id: room, need_name: 1 } },
      {
        what: 'the name of a customer group was asked for',
        answer: answer.extend({ group_chat: group.optional() }),
      },
    ),
  )
  if (found?.group_chat === undefined) return null
  const named = found.group_chat.member_list.filter(({ name }) => name !== '')
  return { name: found.group_chat.name, members: new Map(named.map(({ userid, name }) => [userid, name])) }
}

/** The name of a robot; null where the API does not know it. */
export async function robotName(api: Qyapi, robot: string): Promise<string | null> {
  const found = await optional(() =>
    api.call(
      'msgaudit/get_robot_info',
      { query: { robot_id: robot } },
      {
        what: 'the name of a robot was asked for',
        answer: answer.extend({ data: z.looseObject({ name: z.string() }).optional() }),
      },
    ),
  )
  return found?.data?.name || null
}

/** Nobody has this number or address (or it is not one at all). */
const nobody = [46004, 60103, 60111, 60121] as const
const userAnswer = answer.extend({ userid: z.string().optional() })

/** The userid of whoever has the mobile number (E.164): WeCom keeps Chinese ones without their country code. */
export async function userByMobile(api: Qyapi, mobile: string): Promise<string | null> {
  const { userid } = await api.call(
    'user/getuserid',
    { body: { mobile: mobile.replace(/^\+86/, '') } },
    { what: 'a person was looked up by mobile number', answer: userAnswer, expected: nobody },
  )
  return userid || null
}

/** By business address first, then by personal one. */
export async function userByEmail(api: Qyapi, email: string): Promise<string | null> {
  for (const email_type of [1, 2]) {
    const { userid } = await api.call(
      'user/get_userid_by_email',
      { body: { email, email_type } },
      { what: 'a person was looked up by e-mail address', answer: userAnswer, expected: nobody },
    )
    if (userid) return userid
  }
  return null
}

/** Wrong secret or company, an address that is not trusted, an app that may not: no other call will fare better. */
const concernsAll: ReadonlySet<unknown> = new Set([40001, 40013, 40014, 42001, 48002, 60020, 301042])

/** A refusal that concerns one room or robot tells nothing about the others. */
async function optional<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask()
  } catch (error) {
    if (isAppError(error, 'vendor-refused') && !concernsAll.has(error.details.returnCode)) return null
    throw error
  }
}
