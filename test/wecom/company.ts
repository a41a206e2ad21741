/** An invented company whose messages are archived: its people, rooms and secrets, and a route to it. */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../src/platform/clock.ts'
import { systemRandom } from '../../src/platform/random.ts'
import type { RegisteredUserFacts } from '../../src/sources/source.ts'
import { wecomArchive } from '../../src/sources/wecom-archive/index.ts'
import type { QyapiCompany } from './server.ts'
import type { KeyVersion } from './stand-in.ts'

export const corpId = 'ww0123456789test'
export const innerRoom = 'wrTESTinner00000000000000000001'
export const customerRoomId = 'wrTESTcustomers000000000000001'
export const contact = 'wmTESTcontact000000000000000001'
export const robotId = 'wbTESTrobot00000000000000000001'

/** 2026-03-02 09:30:00 China Standard Time. */
export const noon = 1_772_415_000_000

export function companyOf(archiveSecret: string): QyapiCompany {
  return {
    corpId,
    secrets: { archive: archiveSecret, contacts: 'contacts-secret', customers: 'customers-secret' },
    people: [
      { userid: 'ZhangSan', name: '张三', mobile: '+447700900001', bizEmail: 'zhang.san@firm.example' },
      { userid: 'lisi', name: '李四', mobile: '+447700900002', personalEmail: 'li.si@firm.example' },
    ],
    permitted: ['zhangsan', 'wangwu'],
    innerRooms: new Map([[innerRoom, '项目组']]),
    customerRooms: new Map([
      [
        customerRoomId,
        {
          name: 'Customers of the north',
          members: new Map([
            [contact, '王小姐'],
            ['ZhangSan', '张三'],
          ]),
        },
      ],
    ]),
    robots: new Map([[robotId, 'Build robot']]),
    disagreed: new Set([`ZhangSan ${contact}`]),
  }
}

export const registered: readonly RegisteredUserFacts[] = [
  { name: 'Zhang San', mobile: '+447700900001', email: 'zhang.san@firm.example' },
  { name: 'Li Si', mobile: '+447700900099', email: 'li.si@firm.example' },
  { name: 'Wang Wu', mobile: '+447700900003', email: 'wang.wu@firm.example', wecomUserid: 'WangWu' },
]

export interface RouteOptions {
  readonly library: string
  readonly archiveSecret: string
  readonly keys: readonly KeyVersion[]
  readonly origin: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly registeredUsers?: readonly RegisteredUserFacts[]
  /** The route's own folder; a new one where absent. */
  readonly folder?: string
  readonly callback?: { readonly token: string; readonly encodingAesKey: string }
}

/** What the site hands to a route, with settings and secret put through the source's schemas. */
export function givenOf(options: RouteOptions) {
  const folder = options.folder ?? newFolder()
  mkdirSync(folder, { recursive: true })
  const live = wecomArchive.live!
  return {
    settings: live.settings.parse({ corpId, library: options.library, apiOrigin: options.origin }),
    secret: live.secret.parse({
      archiveSecret: options.archiveSecret,
      privateKeys: Object.fromEntries(options.keys.map(({ version, privateKey }) => [version, privateKey])),
      customerSecret: 'customers-secret',
      ...(options.callback === undefined ? {} : { callback: options.callback }),
    }),
    registeredUsers: options.registeredUsers ?? [],
    clock: options.clock,
    random: systemRandom,
    signal: options.signal,
    folder,
  }
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'holdfast-wecom-route-'))
}

/** A text message as the archive decrypts it. */
export function textMessage(number: number, rest: object = {}): string {
  return JSON.stringify({
    msgid: messageId(number),
    action: 'send',
    from: 'ZhangSan',
    tolist: ['lisi'],
    roomid: '',
    msgtime: noon + number,
    msgtype: 'text',
    text: { content: `消息 ${number}: the figures for the quarter are attached` },
    ...rest,
  })
}

export function messageId(number: number): string {
  return `${70_000_000_000 + number}_${noon}`
}
