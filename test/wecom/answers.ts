/** What each call of the API answers, for whom, and what it refuses. */
import { z } from 'zod'
import type { QyapiCompany } from './server.ts'

export interface Asked {
  readonly path: string
  readonly method: string
  readonly query: URLSearchParams
  readonly body: unknown
}

export type Answer = { readonly errcode: number; readonly errmsg: string; readonly [key: string]: unknown }

type App = keyof QyapiCompany['secrets']

interface Call {
  readonly method: 'GET' | 'POST'
  readonly apps: readonly App[]
  answer(company: QyapiCompany, asked: Asked): Answer
}

const ok = (rest: object): Answer => ({ errcode: 0, errmsg: 'ok', ...rest })
const refuse = (errcode: number, errmsg: string): Answer => ({ errcode, errmsg })
const badParameter = refuse(40058, 'invalid request parameter')

const pairs = z.strictObject({
  info: z
    .array(z.strictObject({ userid: z.string().min(1), exteranalopenid: z.string().min(1) }))
    .min(1)
    .max(100),
})

const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
  [
    'msgaudit/get_permit_user_list',
    withBody(
      ['archive'],
      z.strictObject({ type: z.union([z.literal(1), z.literal(2), z.literal(3)]).optional() }),
      (company) => ok({ ids: company.permitted }),
    ),
  ],
  [
    'msgaudit/check_single_agree',
    withBody(['archive'], pairs, (company, { info }) =>
      ok({
        agreeinfo: info.map((pair) => ({
          status_change_time: 1_772_415_000,
          ...pair,
          agree_status: company.disagreed.has(`${pair.userid} ${pair.exteranalopenid}`)
            ? 'Disagree'
            : 'Agree',
        })),
      }),
    ),
  ],
  [
    'msgaudit/check_room_agree',
    withBody(['archive'], z.strictObject({ roomid: z.string().min(1) }), (company, { roomid }) => {
      const room = company.customerRooms.get(roomid)
      if (room === undefined) return refuse(301059, 'invalid roomid')
      const outside = [...room.members.keys()].filter((id) => id.startsWith('wm'))
      return ok({
        agreeinfo: outside.map((id) => ({
          status_change_time: 1_772_415_000,
          exteranalopenid: id,
          agree_status: company.disagreed.has(`${roomid} ${id}`) ? 'Disagree' : 'Agree',
        })),
      })
    }),
  ],
  [
    'msgaudit/groupchat/get',
    withBody(['archive'], z.strictObject({ roomid: z.string().min(1) }), (company, { roomid }) => {
      const roomname = company.innerRooms.get(roomid)
      if (roomname === undefined) return refuse(301060, 'only support inner room')
      return ok({ roomname, creator: 'zhangsan', room_create_time: 1_592_361_604, notice: '', members: [] })
    }),
  ],
  [
    'externalcontact/groupchat/get',
    withBody(
      ['customers'],
      z.strictObject({
        chat_id: z.string().min(1),
        need_name: z.union([z.literal(0), z.literal(1)]).optional(),
      }),
      (company, { chat_id, need_name }) => {
        const room = company.customerRooms.get(chat_id)
        if (room === undefined) return refuse(40050, 'invalid chat_id')
        const member_list = [...room.members].map(([userid, name]) => ({
          userid,
          type: userid.startsWith('wm') ? 2 : 1,
          ...(need_name === 1 ? { name } : {}),
        }))
        return ok({
          group_chat: { chat_id, name: room.name, owner: 'zhangsan', member_list, admin_list: [] },
        })
      },
    ),
  ],
  [
    'msgaudit/get_robot_info',
    {
      method: 'GET',
      apps: ['archive'],
      answer(company, { query }) {
        const id = query.get('robot_id') ?? ''
        const name = company.robots.get(id)
        if (name === undefined) return refuse(301061, 'invalid robot_id')
        return ok({ data: { robot_id: id, name, creator_userid: 'zhangsan' } })
      },
    },
  ],
  [
    'user/getuserid',
    withBody(
      ['archive', 'contacts'],
      z.strictObject({ mobile: z.string().regex(/^(?:1\d{10}|\+\d{8,15})$/) }),
      (company, { mobile }) => userAnswer(company.people.find((person) => person.mobile === mobile)?.userid),
    ),
  ],
  [
    'user/get_userid_by_email',
    withBody(
      ['archive', 'contacts'],
      z.strictObject({
        email: z.string().includes('@'),
        email_type: z.union([z.literal(1), z.literal(2)]).optional(),
      }),
      (company, { email, email_type = 1 }) =>
        userAnswer(
          company.people.find(
            (person) => (email_type === 1 ? person.bizEmail : person.personalEmail) === email,
          )?.userid,
        ),
    ),
  ],
])

export function answerCall(company: QyapiCompany, app: App, asked: Asked): Answer {
  const call = calls.get(asked.path)
  if (call === undefined) return refuse(40066, 'invalid url')
  if (call.method !== asked.method) return refuse(43001, `require ${call.method} method`)
  if (!call.apps.includes(app)) return refuse(48002, 'api forbidden')
  return call.answer(company, asked)
}

function withBody<Body>(
  apps: readonly App[],
  schema: z.ZodType<Body>,
  answer: (company: QyapiCompany, body: Body) => Answer,
): Call {
  return {
    method: 'POST',
    apps,
    answer(company, { body }) {
      const read = schema.safeParse(body)
      return read.success ? answer(company, read.data) : badParameter
    },
  }
}

function userAnswer(userid: string | undefined): Answer {
  return userid === undefined ? refuse(46004, 'user not exist') : ok({ userid })
}
