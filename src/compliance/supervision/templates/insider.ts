import type { Template } from './template.ts'

const tips = [
  ...[
    'inside information',
    'insider information',
    'inside info',
    'insider tip',
    'inside tip',
    'material non public',
  ],
  ...[
    'material nonpublic',
    'mnpi',
    'price sensitive information',
    'unpublished price sensitive',
    'leaked earnings',
  ],
  ...['leaked results', 'earnings leak', 'you didn t hear this from me', 'you didn t hear it from me'],
  ...[
    'you did not hear this from me',
    'you did not hear it from me',
    'don t say i told you',
    'don t tell anyone i told you',
  ],
  ...[
    'source inside the company',
    'someone inside the company told',
    'friend on the deal team',
    'wall crossed',
  ],
  ...[
    'deal hasn t been announced',
    'deal has not been announced',
    'merger hasn t been announced',
    'front run the client',
  ],
  ...[
    'front running the client',
    'front run the order',
    'ahead of the client order',
    'ahead of the client s order',
  ],
  ...[
    'trade ahead of the client',
    'trade ahead of him',
    'trade ahead of them',
    'it s on the restricted list',
    'before compliance finds out',
  ],
]

const trades = [
  'buy',
  'sell',
  'short',
  'load up',
  'get in',
  'get out',
  'go long',
  'take a position',
  'dump',
  'buying',
  'selling',
]
const events = [
  ...[
    'before the announcement',
    'before it s announced',
    'before it is announced',
    'before the deal is announced',
  ],
  ...[
    'before earnings come out',
    'before the earnings',
    'before the results come out',
    'before it goes public',
  ],
  ...[
    'before the news is out',
    'before the news breaks',
    'before the merger',
    'before the takeover',
    'ahead of the announcement',
  ],
]

const tipsZh = [
  ...[
    '内幕消息',
    '内幕信息',
    '未公开信息',
    '未公开消息',
    '未公开的消息',
    '没公开的消息',
    '消息还没公开',
    '消息还没公布',
    '重大未公开',
  ],
  ...[
    '别说是我说的',
    '不要说是我说的',
    '千万别说是我',
    '老鼠仓',
    '抢先交易',
    '跑在客户前面',
    '提前建仓',
    '提前布局好等公告',
    '业绩泄露',
  ],
  ...[
    '业绩提前泄露',
    '内部人告诉我',
    '项目组的朋友说',
    '收购还没公告',
    '重组还没公告',
    '并购还没公告',
    '公告前建仓',
    '公告前买入',
    '公告前卖出',
  ],
  ...[
    '公告前先买',
    '公告之前买',
    '公告之前先',
    '赶在公告前',
    '财报前先买',
    '财报出来前买',
    '消息出来前买',
    '停牌前买',
  ],
]

export const insider: Template = {
  name: 'insider-information',
  version: 1,
  description:
    'Confidential and inside information: tips, trades before an announcement, trades ahead of clients.',
  rules: [
    { id: 'tip-en', title: 'Inside information', severity: 'high', when: { words: tips } },
    {
      id: 'ahead-en',
      title: 'A trade before an announcement',
      severity: 'high',
      when: { near: { first: trades, second: events, within: 6 } },
    },
    { id: 'tip-zh', title: '内幕信息', severity: 'high', when: { words: tipsZh } },
  ],
}
