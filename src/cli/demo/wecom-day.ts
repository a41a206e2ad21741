/** What the Shanghai office wrote on WeCom and to WeChat customers, as the session archive hands it over. */
import { createHash } from 'node:crypto'
import { makePdf } from './document.ts'
import { makePng } from './picture.ts'
import { makeAmrNote } from './voice-note.ts'

export interface WecomDay {
  /** JSON lines. */
  readonly messages: string
  /** Names by room id and user id. */
  readonly chatNames: string
  /** Media by sdkfileid. */
  readonly media: Readonly<Record<string, Buffer>>
}

const room = 'wrLanternQuayShanghai0000000001'
const customer = 'wmLanternQuayCustomer0000000001'

const quotation = { id: 'demo-file-quotation', content: makePdf('Quotation LQ-2042: 1,200,000 CNY') }
const photo = {
  id: 'demo-image-warehouse',
  content: makePng(120, 80, (x, y) =>
    y > 50 ? [150, 140, 130] : x % 20 < 14 ? [196, 120, 72] : [90, 60, 40],
  ),
}
const voice = { id: 'demo-voice-reminder', content: makeAmrNote(3) }

function md5(content: Buffer): string {
  return createHash('md5').update(content).digest('hex')
}

/** A minute of 17 March 2026 in Shanghai (UTC+8) as milliseconds UTC. */
function at(clock: string): number {
  return Date.parse(`2026-03-17T${clock}:00+08:00`)
}

interface Said {
  readonly from: string
  readonly to: readonly string[]
  readonly room?: string
  readonly at: string
  readonly type: string
  readonly action?: string
  readonly body: Readonly<Record<string, unknown>>
}

const colleagues = ['chenyutong', 'wanghaoran', 'lisiyuan', 'zhaoyiming']

/** In the group everybody but the sender is a recipient. */
function inGroup(from: string, clock: string, type: string, body: Said['body'], action?: string): Said {
  const to = colleagues.filter((one) => one !== from)
  return { from, to, room, at: clock, type, body, ...(action ? { action } : {}) }
}

const day: readonly Said[] = [
  inGroup('chenyutong', '09:01', 'text', {
    text: { content: '早上好！今天下午三点和客户谈仓库合同，请大家准备好资料。' },
  }),
  inGroup('wanghaoran', '09:03', 'text', { text: { content: '好的，报价单我十点前发到群里。' } }),
  inGroup('lisiyuan', '09:10', 'text', {
    text: {
      content: 'London asks whether the warehouse contract covers customs clearance. 合同里有清关条款吗？',
    },
  }),
  inGroup('wanghaoran', '09:52', 'file', {
    file: {
      md5sum: md5(quotation.content),
      filename: '仓库报价单.pdf',
      fileext: 'pdf',
      filesize: quotation.content.length,
      sdkfileid: quotation.id,
    },
  }),
  inGroup('zhaoyiming', '10:05', 'image', {
    image: { md5sum: md5(photo.content), filesize: photo.content.length, sdkfileid: photo.id },
  }),
  inGroup('zhaoyiming', '10:06', 'text', { text: { content: '价格可以再低一点，底价是一百万。' } }),
  inGroup('zhaoyiming', '10:07', 'revoke', { revoke: { pre_msgid: 'DEMO0006' } }, 'recall'),
  inGroup('chenyutong', '10:15', 'voice', {
    voice: {
      md5sum: md5(voice.content),
      voice_size: voice.content.length,
      play_length: 3,
      sdkfileid: voice.id,
    },
  }),
  {
    from: 'wanghaoran',
    to: [customer],
    at: '11:20',
    type: 'text',
    body: { text: { content: '您好，发票今天寄出，请查收。' } },
  },
  {
    from: customer,
    to: ['wanghaoran'],
    at: '11:24',
    type: 'text',
    body: { text: { content: '收到，谢谢王经理！' } },
  },
  {
    from: 'wanghaoran',
    to: [customer],
    at: '11:30',
    type: 'voiptext',
    body: { info: { callduration: 312, invitetype: 2 } },
  },
  inGroup('lisiyuan', '14:10', 'link', {
    link: {
      title: '海关新规',
      description: '2026 年起适用',
      link_url: 'https://example.com/customs',
      image_url: '',
    },
  }),
  inGroup('chenyutong', '16:45', 'group_relay', {
    group_relay: { title: '周五聚餐接龙', entries: ['陈雨桐', '王浩然', '李思源'] },
  }),
  // An intern whom nobody registered: the message waits as an import exception until somebody does.
  {
    from: 'huang.intern',
    to: [customer],
    at: '17:02',
    type: 'text',
    body: { text: { content: '您好，我是实习生小黄，合同的问题请联系我。' } },
  },
]

export function wecomDay(): WecomDay {
  const messages = day.map((said, place) =>
    JSON.stringify({
      msgid: `DEMO${String(place + 1).padStart(4, '0')}`,
      action: said.action ?? 'send',
      from: said.from,
      tolist: said.to,
      roomid: said.room ?? '',
      msgtime: at(said.at),
      msgtype: said.type,
      ...said.body,
    }),
  )
  const names = {
    [room]: '上海仓库项目组',
    chenyutong: '陈雨桐',
    wanghaoran: '王浩然',
    lisiyuan: '李思源',
    zhaoyiming: '赵一鸣',
    'huang.intern': '小黄',
    [customer]: '林先生',
  }
  return {
    messages: `${messages.join('\n')}\n`,
    chatNames: JSON.stringify(names),
    media: Object.fromEntries([quotation, photo, voice].map(({ id, content }) => [id, content])),
  }
}
