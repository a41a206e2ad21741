/** Invented messages of every type, in the shapes the session archive gives them. For tests. */
import type { Raw } from '../formats/raw-json.ts'

export const customer = 'wmTESTcontact000000000000000001'
export const partner = 'woTESTpartner000000000000000001'
export const robot = 'wbTESTrobot00000000000000000001'
export const room = 'wrTESTroom000000000000000000001'

/** 2026-03-02 09:30:00 China Standard Time. */
export const sentMs = 1_772_415_000_000

/** A message from Zhang San to Li Si, with what is given laid over it. */
export function messageOf(msgtype: string, rest: Raw = {}): Raw {
  return {
    msgid: `70000000000000000001_${sentMs}`,
    action: 'send',
    from: 'ZhangSan',
    tolist: ['lisi'],
    roomid: '',
    msgtime: sentMs,
    msgtype,
    ...rest,
  }
}

const md5sum = '0123456789abcdef0123456789abcdef'
const item = (type: string, content: unknown, rest: Raw = {}) => ({
  type,
  content: JSON.stringify(content),
  ...rest,
})
const recordItem = (type: string, content: unknown, rest: Raw = {}) =>
  item(type, content, { msgtime: sentMs / 1000, from_chatroom: false, ...rest })

/** One message of each type and variant, each with an id of its own. */
export const everyType: readonly Raw[] = [
  messageOf('text', { text: { content: '下午三点开会，请准时' } }),
  messageOf('text', { tolist: [customer], text: { content: 'The invoice is on its way' } }),
  messageOf('image', { image: { md5sum, filesize: 4, sdkfileid: 'file-image' } }),
  messageOf('voice', { voice: { md5sum, voice_size: 9, play_length: 72, sdkfileid: 'file-voice' } }),
  messageOf('video', { video: { md5sum, filesize: 9, play_length: 3661, sdkfileid: 'file-video' } }),
  messageOf('emotion', {
    emotion: { type: 1, width: 2, height: 2, imagesize: 4, md5sum, sdkfileid: 'file-gif' },
  }),
  messageOf('emotion', {
    emotion: { type: 2, width: 2, height: 2, imagesize: 4, md5sum, sdkfileid: 'file-png' },
  }),
  messageOf('file', {
    file: {
      md5sum,
      filename: '季度报告（终稿）.docx',
      fileext: 'docx',
      filesize: 9,
      sdkfileid: 'file-report',
    },
  }),
  messageOf('revoke', { action: 'recall', revoke: { pre_msgid: '70000000000000000000_1' } }),
  messageOf('agree', { from: customer, agree: { userid: customer, agree_time: sentMs } }),
  messageOf('disagree', { from: customer, disagree: { Userid: customer, disagree_time: sentMs } }),
  messageOf('card', { card: { corpname: '微信联系人', Userid: customer } }),
  messageOf('location', {
    location: {
      longitude: 121.4737,
      latitude: 31.2304,
      address: '人民大道 1 号',
      title: '测试大厦',
      zoom: 15,
    },
  }),
  messageOf('link', {
    link: { title: '年度计划', description: '请查收', link_url: 'https://example.com/a', image_url: '' },
  }),
  messageOf('weapp', {
    weapp: { title: '预约', description: '到店', username: 'demo@app', displayname: '门店' },
  }),
  messageOf('chatrecord', {
    chatrecord: {
      title: '项目群',
      item: [
        recordItem('ChatRecordText', { content: '已经付款了' }),
        recordItem('ChatRecordImage', { md5sum, filesize: 4, sdkfileid: 'file-nested' }, { msgtime: sentMs }),
        recordItem('ChatRecordLink', { title: '报价', link_url: 'https://example.com/b' }),
        recordItem('ChatRecordMixed', {
          item: [item('text', { content: '看图' }), item('image', { sdkfileid: 'file-deep' })],
        }),
        recordItem('chatrecord', {
          title: '里层',
          item: [recordItem('ChatRecordText', { content: '最里面的话' })],
        }),
        recordItem('ChatRecordSomething', { 'odd key': '奇怪的值' }),
      ],
    },
  }),
  messageOf('mixed', {
    mixed: {
      item: [item('text', { content: '合同见图\n' }), item('image', { md5sum, sdkfileid: 'file-mixed' })],
    },
  }),
  messageOf('todo', { todo: { title: '来自群聊', content: '周五前交材料' } }),
  messageOf('vote', { vote: { votetitle: '午饭', voteitem: ['面条', '米饭'], votetype: 101, voteid: 'v1' } }),
  messageOf('vote', { votetitle: '午饭', voteitem: ['面条'], votetype: 102, voteid: 'v1' }),
  messageOf('collect', {
    roomid: room,
    collect: {
      room_name: '项目群',
      creator: 'ZhangSan',
      create_time: '2026-03-02 09:00:00',
      title: '出差登记',
      details: [{ id: 1, ques: '目的地', type: 'Text' }],
    },
  }),
  messageOf('redpacket', { redpacket: { type: 1, wish: '恭喜发财', totalcnt: 2, totalamount: 2000 } }),
  messageOf('external_redpacket', {
    tolist: [customer],
    redpacket: { type: 2, wish: '大吉大利', totalcnt: 1, totalamount: 5 },
  }),
  messageOf('meeting', {
    meeting: {
      topic: '周会',
      starttime: sentMs / 1000,
      endtime: sentMs / 1000 + 3600,
      address: '一号会议室',
      remarks: '带电脑',
      meetingid: 42,
      meetingtype: 102,
      status: 1,
    },
  }),
  messageOf('meeting_notification', {
    info: { content: '张三加入了会议', meeting_id: 42, notification_type: 1 },
  }),
  messageOf('docmsg', {
    doc: { title: '预算表', doc_creator: 'ZhangSan', link_url: 'https://example.com/doc' },
  }),
  messageOf('markdown', { from: robot, roomid: room, info: { content: '**构建失败**' } }),
  messageOf('markdown', { from: robot, roomid: room, markdown: { content: '# 每日汇总' } }),
  messageOf('news', {
    info: {
      item: [{ title: '公司新闻', description: '新办公室', url: 'https://example.com/n', picurl: '' }],
    },
  }),
  messageOf('calendar', {
    calendar: {
      title: '复盘',
      creatorname: '张三',
      attendeename: ['李四', '王五'],
      starttime: sentMs / 1000,
      endtime: sentMs / 1000 + 60,
      place: '二楼',
      remarks: '',
    },
  }),
  messageOf('meeting_voice_call', {
    voiceid: 'voice-1',
    meeting_voice_call: {
      endtime: sentMs / 1000 + 54,
      sdkfileid: 'file-recording',
      demofiledata: [
        { filename: '方案.pptx', demooperator: 'lisi', starttime: sentMs / 1000, endtime: sentMs / 1000 + 9 },
      ],
      sharescreendata: [{ share: 'ZhangSan', starttime: sentMs / 1000, endtime: sentMs / 1000 + 9 }],
    },
  }),
  messageOf('meetingvoicecall', { voiceid: 'voice-2', meetingvoicecall: { sdkfileid: 'file-recording-2' } }),
  messageOf('voip_doc_share', {
    voipid: 'voip-1',
    voip_doc_share: { filename: '方案.pdf', md5sum, filesize: 9, sdkfileid: 'file-shared' },
  }),
  messageOf('voipdocshare', {
    voipid: 'voip-2',
    voipdocshare: { filename: '方案.pdf', sdkfileid: 'file-shared-2' },
  }),
  messageOf('sphfeed', { sphfeed: { feed_type: 4, sph_name: '测试频道', feed_desc: '一段视频' } }),
  messageOf('voiptext', { tolist: [customer], info: { callduration: 72, invitetype: 2 } }),
  messageOf('voiptext', { info: { callduration: 0, invitetype: 3 } }),
  messageOf('qydiskfile', { info: { filename: '共享.xlsx' } }),
  messageOf('jielong_of_tomorrow', {
    jielong_of_tomorrow: { title: '接龙', rows: [{ who: '李四', n: 3 }], big: 7 },
  }),
  { msgid: '70000000000000000002', action: 'switch', time: sentMs, user: 'ZhangSan' },
].map((message, index) => ({ ...message, msgid: `${70_000_000_000 + index}_${sentMs}` }))
