import type { Template } from './template.ts'

const en = [
  ...[
    'fuck you',
    'fuck off',
    'go fuck yourself',
    'fucking idiot',
    'fucking moron',
    'piece of shit',
    'stupid bitch',
    'dumb bitch',
  ],
  ...[
    'you stupid cow',
    'you re worthless',
    'you are worthless',
    'you re pathetic',
    'you are pathetic',
    'go to hell',
  ],
  ...[
    'kill yourself',
    'kys',
    'i ll make your life hell',
    'make your life hell',
    'you ll regret this',
    'watch your back',
  ],
  ...[
    'i know where you live',
    'sleep with me',
    'come to my hotel room',
    'send me nudes',
    'send nudes',
    'nice tits',
    'sexy body',
  ],
  ...[
    'go back to your country',
    'go back where you came from',
    'women don t belong',
    'women can t do this job',
  ],
  ...['too old for this job', 'shut your mouth', 'you disgust me', 'nobody here likes you'],
]

const zh = [
  ...[
    '你去死',
    '怎么不去死',
    '傻逼',
    '傻屄',
    '煞笔东西',
    '操你',
    '草泥马',
    '操你妈',
    '你妈的',
    '给我滚蛋',
    '你个废物',
    '你这个废物',
    '贱人',
    '婊子',
  ],
  ...[
    '不要脸的东西',
    '陪我睡',
    '陪我一晚',
    '来我房间陪',
    '发裸照',
    '发张裸',
    '身材真骚',
    '弄死你',
    '整死你',
    '让你好看',
    '知道你住哪',
    '滚回老家',
    '滚回你的国家',
  ],
  ...['女人就不该', '女人干不了', '白痴东西', '你脑残', '脑残吧你', '闭上你的嘴', '看见你就恶心'],
]

export const harassment: Template = {
  name: 'harassment',
  version: 1,
  description: 'Insults, threats, sexual harassment and discrimination.',
  rules: [
    { id: 'harassment-en', title: 'Harassment', severity: 'high', when: { words: en } },
    { id: 'harassment-zh', title: '骚扰与辱骂', severity: 'high', when: { words: zh } },
  ],
}
