/** Invented chats in every format, for tests: the same six messages between Ada Ferrars and Zhang San. */

export const secondOf = (index: number) => 1_700_000_000 + index * 20

const zhang = { id: 'wxid_zhangsan', name: '张三' }
const own = { id: 'wxid_ada', name: '我' }

/** `type` and `sub` are WeChat's own; `word` is WeFlow's, `chatlab` ChatLab's. */
export const sixMessages = [
  { from: zhang, type: 1, sub: 0, chatlab: 0, word: '文本消息', english: 'text', content: '你好[微笑]' },
  {
    from: own,
    type: 1,
    sub: 0,
    chatlab: 0,
    word: '文本消息',
    english: 'text',
    content: 'Send me the "contract", please',
  },
  { from: zhang, type: 3, sub: 0, chatlab: 1, word: '图片消息', english: 'image', content: '[图片]' },
  {
    from: zhang,
    type: 49,
    sub: 6,
    chatlab: 4,
    word: '文件消息',
    english: 'file',
    content: '[文件|合同.pdf]',
  },
  {
    from: zhang,
    type: 50,
    sub: 0,
    chatlab: 23,
    word: '语音通话',
    english: 'voip',
    content: '通话时长 01:23',
  },
  {
    from: { id: '', name: '' },
    ...{ type: 10000, sub: 0, chatlab: 81, word: '系统消息', english: 'system' },
    content: '"张三" 撤回了一条消息',
  },
] as const

const wall = (index: number) =>
  new Date((secondOf(index) + 8 * 3600) * 1000).toISOString().slice(0, 19).replace('T', ' ')
/** Server ids have this many digits. */
export const serverId = (index: number) => `38306233646849382${String(index).padStart(2, '0')}`

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const csv = (header: string, rows: readonly (readonly string[])[], end = '\n') =>
  [header, ...rows.map((row) => row.map(cell).join(','))].map((line) => line + end).join('')

const chatlabMessages = sixMessages.map(({ from, chatlab, content }, index) => ({
  sender: from.id || 'system',
  accountName: from.name || '系统消息',
  timestamp: secondOf(index),
  type: chatlab,
  content,
}))
export const chatlabHead = {
  chatlab: { version: '0.0.2', exportedAt: 1_703_001_600, generator: 'invented' },
  meta: { name: '张三', platform: 'wechat', type: 'private' },
}
const chatlabMembers = [own, zhang].map(({ id, name }) => ({ platformId: id, accountName: name }))

const samples = {
  'chatlab.json': () =>
    JSON.stringify({ ...chatlabHead, members: chatlabMembers, messages: chatlabMessages }, null, 1),
  'chatlab.jsonl': () =>
    [
      '# exported for a test',
      JSON.stringify({ _type: 'header', ...chatlabHead }),
      ...chatlabMembers.map((member) => JSON.stringify({ _type: 'member', ...member })),
      ...chatlabMessages.map((message) => JSON.stringify({ _type: 'message', ...message })),
      '',
    ].join('\n'),
  'chatlog.json': () =>
    JSON.stringify(
      sixMessages.map(({ from, type, sub, content }, index) => ({
        seq: secondOf(index) * 1000 + index,
        time: `${wall(index).replace(' ', 'T')}+08:00`,
        talker: zhang.id,
        talkerName: zhang.name,
        isChatRoom: false,
        sender: from.id || '系统消息',
        senderName: from.name,
        isSelf: from === own,
        type,
        subType: sub,
        content: type === 1 || type === 10000 ? content : '',
        ...(sub === 6 ? { contents: { title: '合同.pdf', md5: '18e93fc2ea884df23b3d2d3b8667b9f0' } } : {}),
      })),
      null,
      1,
    ),
  'chatlog.csv': () =>
    csv(
      'Time,SenderName,Sender,TalkerName,Talker,Content',
      sixMessages.map(({ from, content }, index) => [
        ...[wall(index), from.name, from.id, zhang.name, zhang.id, content],
      ]),
    ),
  'chatlog.txt': () =>
    sixMessages
      .slice(0, 5)
      .map(({ from, content }, index) => {
        const id = from === own ? '我' : from.id
        return `${from.name}(${id}) ${wall(index)}\n${content}\n\n`
      })
      .join(''),
  'memotrace.csv': () =>
    `\ufeff${csv(
      'localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender',
      sixMessages.map(({ from, type, sub, content }, index) => [
        ...[String(1000 + index), '3', String(type), String(sub), from === own ? '1' : '0'],
        ...[String(secondOf(index)), '', content, wall(index), '张三', '张三', from.id],
      ]),
    )}`,
  'memotrace.txt': () =>
    sixMessages
      .map(({ from, content }, index) => `${wall(index)} ${from.name || '系统消息'}\n${content}\n\n`)
      .join(''),
  'wechatmsg.csv': () =>
    `\ufeff${csv(
      '消息ID,类型,发送人,时间,内容,备注,昵称,更多信息',
      sixMessages.map(({ from, word, content }, index) => [
        ...[serverId(index), word, from.name, wall(index), content, '张三', '张三', ''],
      ]),
    )}`,
  'pywxdump.csv': () =>
    csv(
      'id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime',
      sixMessages.map(({ from, word, content }, index) => [
        ...[String(index + 1), serverId(index), word.replace('消息', ''), from === own ? '1' : '0', from.id],
        ...[zhang.id, content, '', wall(index)],
      ]),
    ),
  'weflow.csv': () =>
    `\ufeff${csv(
      'id,MsgSvrID,type_name,is_sender,talker,msg,src,CreateTime',
      sixMessages.map(({ from, english, content }, index) => [
        ...[String(index + 1), serverId(index), english, from === own ? '1' : '0', from.name, content],
        ...[english === 'image' ? 'images/one.jpg' : '', new Date(secondOf(index) * 1000).toISOString()],
      ]),
      '\r\n',
    )}`,
  'weflow.json': () =>
    JSON.stringify(
      {
        weflow: { version: '1.0.3', exportedAt: 1_703_001_600, generator: 'WeFlow' },
        session: { wxid: zhang.id, nickname: zhang.name, remark: '', displayName: zhang.name, type: '私聊' },
        messages: sixMessages.map(({ from, type, word, content }, index) => ({
          localId: 1000 + index,
          createTime: secondOf(index),
          formattedTime: wall(index),
          type: word,
          localType: type === 49 ? 1 : type,
          content,
          isSend: from.id === '' ? null : from === own ? 1 : 0,
          senderUsername: from.id,
          senderDisplayName: from.name,
          senderAvatarKey: from.id,
          source: '',
        })),
        avatars: { [zhang.id]: `data:image/jpeg;base64,${'QUJD'.repeat(50)}` },
      },
      null,
      1,
    ),
} as const

export type SampleName = keyof typeof samples
export const sampleNames = Object.keys(samples) as SampleName[]

/** The six messages (chatlog's text has five: it leaves notices out here) as that tool writes them. */
export function sampleOf(name: SampleName): string {
  return samples[name]()
}
