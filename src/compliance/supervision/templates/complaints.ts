import type { Template } from './template.ts'

const en = [
  ...[
    'i want to complain',
    'i d like to complain',
    'i would like to complain',
    'i wish to complain',
    'i am complaining',
  ],
  ...['make a complaint', 'making a complaint', 'file a complaint', 'filing a complaint', 'formal complaint'],
  ...[
    'lodge a complaint',
    'report you to the',
    'reporting you to',
    'speak to my lawyer',
    'hear from my lawyer',
  ],
  ...[
    'my lawyer will',
    'take legal action',
    'taking legal action',
    'i want my money back',
    'give me my money back',
  ],
  ...[
    'you misled me',
    'you have misled',
    'i was misled',
    'you mis sold',
    'i was mis sold',
    'never told me about the risk',
  ],
  ...['never told me the risk', 'never explained the risk', 'unauthorised trade', 'unauthorized trade'],
  ...[
    'traded without my permission',
    'traded without my consent',
    'without my authorisation',
    'without my authorization',
  ],
  ...[
    'financial ombudsman',
    'i ll sue',
    'i will sue',
    'sue your firm',
    'product is unsuitable for me',
    'product was unsuitable for me',
  ],
]

const zh = [
  ...[
    '我要投诉',
    '我想投诉',
    '要投诉你',
    '投诉你们',
    '去投诉',
    '正式投诉',
    '向监管投诉',
    '去监管局告',
    '证监会投诉',
    '银保监投诉',
    '12386',
  ],
  ...[
    '把钱退给我',
    '把我的钱退',
    '退我的钱',
    '还我的钱',
    '你们误导',
    '你误导我',
    '被你们误导',
    '你们骗我',
    '你们骗人',
    '未经我同意',
    '没经我同意',
    '没有经过我同意',
  ],
  ...[
    '没告诉我风险',
    '没有告诉我风险',
    '没说有风险',
    '没提示风险',
    '我要起诉',
    '起诉你们',
    '找律师告',
    '发律师函',
    '律师会联系你',
    '要求赔偿',
    '赔偿我的损失',
  ],
]

export const complaints: Template = {
  name: 'customer-complaints',
  version: 1,
  description: 'Complaints of clients, which have to be recorded and answered in time.',
  directions: ['inbound'],
  rules: [
    { id: 'complaint-en', title: 'A complaint', severity: 'medium', when: { words: en } },
    { id: 'complaint-zh', title: '客户投诉', severity: 'medium', when: { words: zh } },
  ],
}
