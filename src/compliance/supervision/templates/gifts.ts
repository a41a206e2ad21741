import type { Template } from './template.ts'

const en = [
  ...[
    'gift card for you',
    'a gift for your wife',
    'a gift for your husband',
    'send you a gift',
    'sent you a gift',
    'present for your boss',
  ],
  ...[
    'box seats for you',
    'tickets for you and your',
    'all expenses paid',
    'we ll pay for your trip',
    'we pay your flights',
  ],
  ...[
    'pay for your holiday',
    'pay for your hotel',
    'a little something for you',
    'envelope for you',
    'brown envelope',
  ],
  ...[
    'kickback',
    'kickbacks',
    'cash under the table',
    'paid under the table',
    'pay him under the table',
    'pay her under the table',
    'pay a bribe',
    'took a bribe',
    'take a bribe',
    'offered a bribe',
    'bribe him',
    'bribe her',
    'bribe them',
    'grease his palm',
    'grease the wheels',
  ],
  ...[
    'facilitation payment',
    'cash in hand for you',
    'thank you payment',
    'look after you personally',
    'your cut of the',
  ],
  ...['your share of the commission', 'speed money'],
]

const zh = [
  ...[
    '回扣',
    '好处费',
    '一点小意思',
    '一点心意请',
    '我的一点心意',
    '送您一份礼',
    '送你一份礼',
    '准备了一份礼',
    '准备了份厚礼',
    '送您购物卡',
    '给您购物卡',
  ],
  ...[
    '送您一张卡',
    '行贿',
    '受贿',
    '塞红包',
    '给领导红包',
    '给您包个红包',
    '私下返点',
    '返点给你个人',
    '返点打你卡',
    '辛苦费打',
    '现金给你',
  ],
  ...['请您去旅游', '机票酒店我们出', '费用我们全包', '安排您出国', '给您太太带', '少不了你的', '不会亏待你'],
]

export const gifts: Template = {
  name: 'gifts-entertainment',
  version: 1,
  description: 'Gifts, entertainment, kickbacks and bribes.',
  rules: [
    { id: 'gifts-en', title: 'A gift or worse', severity: 'medium', when: { words: en } },
    { id: 'gifts-zh', title: '礼品与回扣', severity: 'medium', when: { words: zh } },
  ],
}
