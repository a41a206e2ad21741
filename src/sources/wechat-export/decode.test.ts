import { describe, expect, test } from 'vitest'
import type { Message } from '../../domain/message.ts'
import { captureFiles } from './test-capture.ts'

/** One message of PyWxDump with that type and content: the tool that passes WeChat's XML on as it is. */
async function decodeXml(type: string, content: string, id = '3830623364684938270'): Promise<Message> {
  const cells = ['1', id, type, '0', 'wxid_li', '10000000002@chatroom', content, '', '2026-03-02 09:30:00']
  const row = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')
  const header = 'id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime'
  const { messages, undecodable } = await captureFiles({ 'chat.csv': `${header}\n${row}\n` })
  expect(undecodable).toEqual([])
  return messages[0]!
}

const app = (inside: string) => `<msg><appmsg appid="" sdkver="0">${inside}</appmsg></msg>`

describe('WeChat’s XML', () => {
  test('a quote is the reply, and names what it answers', async () => {
    const quoted = '<type>1</type><svrid>1234567890123456789</svrid><displayname>李四</displayname>'
    const message = await decodeXml(
      '引用消息',
      app(
        `<title>好的，收到</title><type>57</type><refermsg>${quoted}<content>周五三点开会</content></refermsg>`,
      ),
    )
    expect(message).toMatchObject({
      kind: 'text',
      event: 'sent',
      text: '好的，收到',
      refersTo: {
        ...{ relation: 'replies-to', vendorId: '1234567890123456789' },
        ...{ quotedText: '周五三点开会', quotedSenderName: '李四' },
      },
    })
  })

  test('a quoted file is told by its title', async () => {
    const inner = '&lt;msg&gt;&lt;appmsg&gt;&lt;title&gt;plan.pdf&lt;/title&gt;&lt;/appmsg&gt;&lt;/msg&gt;'
    const message = await decodeXml(
      '49',
      app(`<title>ok</title><type>57</type><refermsg><type>49</type><content>${inner}</content></refermsg>`),
    )
    expect(message.refersTo).toEqual({ relation: 'replies-to', quotedText: 'plan.pdf' })
  })

  test('a forwarded chat keeps each message as a part, and nested ones in theirs', async () => {
    const inner =
      '<recordxml><recordinfo><title>内层</title><datalist count="1"><dataitem datatype="1"><sourcename>王五</sourcename><datadesc>里面</datadesc></dataitem></datalist></recordinfo></recordxml>'
    const items = `<dataitem datatype="1"><sourcename>张三</sourcename><sourcetime>2026-03-01 10:00:00</sourcetime><datadesc>你好</datadesc></dataitem><dataitem datatype="2"><sourcename>李四</sourcename><fullmd5>368b6c18c82e6441bfd89b343e9d2429</fullmd5></dataitem><dataitem datatype="17"><sourcename>张三</sourcename><datatitle>内层</datatitle>${inner}</dataitem>`
    const record = `<recordinfo><title>群聊的聊天记录</title><datalist count="3">${items}</datalist></recordinfo>`
    const message = await decodeXml(
      '聊天记录合并转发',
      app(`<title>群聊的聊天记录</title><type>19</type><recorditem><![CDATA[${record}]]></recorditem>`),
    )
    expect(message).toMatchObject({
      kind: 'forwarded',
      text: 'Forwarded chat: 群聊的聊天记录 (3 messages)',
      missingAttachments: [{ name: 'image-368b6c18.jpg', reason: 'not-in-archive' }],
      parts: [
        { kind: 'text', senderName: '张三', sentAtText: '2026-03-01 10:00:00', text: '你好' },
        { kind: 'image', senderName: '李四', attachmentNames: ['image-368b6c18.jpg'] },
        { kind: 'forwarded', parts: [{ kind: 'text', senderName: '王五', text: '里面' }] },
      ],
    })
  })

  test('a transfer says its step, amount and memo', async () => {
    const pay = '<paysubtype>3</paysubtype><feedesc>￥1.00</feedesc><pay_memo>货款</pay_memo>'
    const message = await decodeXml(
      '转账卡片',
      app(`<title>微信转账</title><type>2000</type><wcpayinfo>${pay}</wcpayinfo>`),
    )
    expect(message).toMatchObject({ kind: 'payment', text: 'Transfer received: ￥1.00, 货款' })
    expect(message.fields).toContainEqual({ label: 'Amount', value: '￥1.00' })
  })

  test('a red packet says its wish', async () => {
    const pay = '<wcpayinfo><receivertitle>恭喜发财</receivertitle></wcpayinfo>'
    const message = await decodeXml('红包卡片', app(`<title>微信红包</title><type>2001</type>${pay}`))
    expect(message).toMatchObject({ kind: 'payment', text: 'Red packet: 恭喜发财' })
  })

  test('a link, a mini program and a file keep what they point to', async () => {
    const url = '<url>https://news.example/1</url>'
    const typed = await decodeXml(
      '卡片式链接',
      app(`<title>News</title><des>Today</des><type>5</type>${url}`),
    )
    expect(typed).toMatchObject({ kind: 'link', text: 'Link: News' })
    expect(typed.fields).toContainEqual({ label: 'Link', value: 'https://news.example/1' })
    const program = await decodeXml('49', app('<title>Order</title><type>33</type>'))
    expect(program).toMatchObject({ kind: 'link', text: 'Mini program: Order' })
    const file = await decodeXml('文件', app('<title>../合同.pdf</title><type>6</type>'))
    expect(file).toMatchObject({ kind: 'file', missingAttachments: [{ name: '.._合同.pdf' }] })
  })

  test('a place has its coordinates, title and address', async () => {
    const message = await decodeXml(
      '位置',
      '<msg><location x="39.911125" y="116.586285" label="示例路1号" poiname="示例大厦"/></msg>',
    )
    expect(message).toMatchObject({
      kind: 'location',
      text: 'Location: 示例大厦, 示例路1号',
      location: { latitude: 39.911125, longitude: 116.586285, title: '示例大厦', address: '示例路1号' },
    })
  })

  test('a call says its medium, outcome and duration, and that its content was not recorded', async () => {
    const bubble = (room: number, words: string, duration: number) =>
      `<voipmsg type="VoIPBubbleMsg"><VoIPBubbleMsg><msg><![CDATA[${words}]]></msg><room_type>${room}</room_type><duration>${duration}</duration></VoIPBubbleMsg></voipmsg>`
    const held = await decodeXml('50', bubble(1, '通话时长 01:23', 83))
    expect(held).toMatchObject({
      ...{ kind: 'call', text: 'Voice call: 1 min 23 s' },
      call: { medium: 'voice', outcome: 'completed', durationSeconds: 83 },
    })
    expect(held.notes).toContain('Call content not recorded.')
    const outcomes = { 对方已取消: 'missed', 对方无应答: 'unanswered', 对方已拒绝: 'declined' }
    for (const [words, outcome] of Object.entries(outcomes)) {
      expect(await decodeXml('50', bubble(0, words, 0))).toMatchObject({ call: { medium: 'video', outcome } })
    }
  })

  test('a recall is an event that names its original by the server’s id', async () => {
    const message = await decodeXml(
      '10002',
      '<sysmsg type="revokemsg"><revokemsg><newmsgid>3830623364684938999</newmsgid><replacemsg><![CDATA["李四" 撤回了一条消息]]></replacemsg></revokemsg></sysmsg>',
    )
    expect(message).toMatchObject({
      ...{ kind: 'system', event: 'recalled', text: '"李四" 撤回了一条消息' },
      ...{ vendorId: '3830623364684938270~recall' },
      refersTo: { relation: 'recalls', vendorId: '3830623364684938999' },
    })
  })

  test('pictures, voice notes and films are told with what is known of them', async () => {
    const voice = await decodeXml('语音', '<msg><voicemsg length="6810" voicelength="4200"/></msg>')
    expect(voice).toMatchObject({ kind: 'voice', text: 'Voice message, 4 s' })
    const image = await decodeXml('图片', '<msg><img md5="50DE8E5AE8FFE4F1DF7A93841F71993A"/></msg>')
    expect(image).toMatchObject({ kind: 'image', missingAttachments: [{ name: 'image-50de8e5a.jpg' }] })
    const card = await decodeXml('名片', '<msg username="wxid_wang" nickname="王五"/>')
    expect(card).toMatchObject({ kind: 'contact', text: 'Contact card: 王五' })
  })

  test('a pat and a change of the group are system messages nobody sent', async () => {
    const pat = await decodeXml(
      '系统通知',
      `<sysmsg type="pat"><pat><template><![CDATA["$\{wxid_a}" 拍了拍 "$\{wxid_b}"]]></template></pat></sysmsg>`,
    )
    expect(pat).toMatchObject({ kind: 'system', sender: null, text: '"wxid_a" 拍了拍 "wxid_b"' })
    const links =
      '<link name="names" type="link_profile"><memberlist><member><username>w</username><nickname>王五</nickname></member></memberlist></link>'
    const joined = await decodeXml(
      '系统通知',
      `<sysmsg type="sysmsgtemplate"><sysmsgtemplate><content_template><template>$names$ joined</template><link_list>${links}</link_list></content_template></sysmsgtemplate></sysmsg>`,
    )
    expect(joined.text).toBe('王五 joined')
  })
})

describe('what is no message of a known kind', () => {
  test('is kept, with its type, its words and every value', async () => {
    const message = await decodeXml('hologram', app('<title>Three</title><type>777</type>'))
    expect(message).toMatchObject({ kind: 'unknown', event: 'sent' })
    expect(message.text).toContain('<type>777</type>')
    expect(message.fields).toContainEqual({ label: 'Type', value: 'hologram' })
  })

  test('shows XML that cannot be read as it stands', async () => {
    const bomb =
      '<!DOCTYPE m [<!ENTITY a "aaaa">]><msg><appmsg><title>&a;</title><type>5</type></appmsg></msg>'
    const message = await decodeXml('49', bomb)
    expect(message.text).toContain('<!ENTITY')
  })

  test('does not take a person’s own words for a message of another kind', async () => {
    const said = '<msg><appmsg><title>fake</title><type>2000</type></appmsg></msg>'
    expect(await decodeXml('文本', said)).toMatchObject({ kind: 'text', text: said })
    expect(await decodeXml('文本', '"李四" 撤回了一条消息')).toMatchObject({ kind: 'text', event: 'sent' })
    expect(await decodeXml('文本', '[图片]')).toMatchObject({ kind: 'text', attachments: [] })
  })
})

describe('chatlog’s own notation', () => {
  const decode = async (message: Record<string, unknown>) => {
    const common = {
      ...{ seq: 1, time: '2026-03-02T09:30:00+08:00', talker: '10000000002@chatroom', isChatRoom: true },
      ...{ talkerName: 'Deal team', sender: 'wxid_li', senderName: '李四', isSelf: false },
    }
    const { messages } = await captureFiles({ 'c.json': JSON.stringify([{ ...common, ...message }]) })
    return messages[0]!
  }

  test('of quotes and forwarded chats reads as the XML does', async () => {
    const refer = { type: 1, sender: 'wxid_wang', senderName: '王五', content: '几点?' }
    const quote = await decode({ type: 49, subType: 57, content: '三点', contents: { refer } })
    expect(quote).toMatchObject({
      ...{
        kind: 'text',
        text: '三点',
        conversation: { id: '10000000002@chatroom', name: 'Deal team', type: 'group' },
      },
      refersTo: { relation: 'replies-to', quotedText: '几点?', quotedSenderName: '王五' },
    })
    const items = [{ DataType: '1', SourceName: '王五', SourceTime: '10:00', DataDesc: 'hi' }]
    const recordInfo = { Title: 'Chat', DataList: { Count: '1', DataItems: items } }
    const forward = await decode({ type: 49, subType: 19, content: '', contents: { recordInfo } })
    expect(forward).toMatchObject({
      kind: 'forwarded',
      parts: [{ kind: 'text', senderName: '王五', sentAtText: '10:00', text: 'hi' }],
    })
  })

  test('of transfers keeps amount and memo', async () => {
    const message = await decode({
      type: 49,
      subType: 2000,
      content: '[转账|发送 ￥5.00](货款)',
      contents: {},
    })
    expect(message).toMatchObject({ kind: 'payment', text: 'Transfer sent: ￥5.00, 货款' })
  })

  test('of times keeps the offset that was written', async () => {
    const message = await decode({ type: 1, content: 'x', time: '2026-03-02T09:30:00-05:00' })
    expect(message.sentAt).toEqual({
      ...{ utc: Date.parse('2026-03-02T14:30:00Z'), text: '2026-03-02T09:30:00-05:00' },
      ...{ zone: 'Etc/GMT+5', offsetMinutes: -300 },
    })
  })
})
