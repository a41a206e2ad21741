/** A small firm for the tests of the command line: its CSV files, a WeCom day, a group chat seen by two phones. */

export const usersCsv = [
  'name,mobile,email,wecom_userid',
  'Ada Ferrars,+44 7700 900111,ada@firm.example,ada',
  'Ben Okafor,+44 7700 900112,ben@firm.example,ben',
  '张伟,+86 139 0000 0001,zhang@firm.example,zhangwei',
].join('\n')

export const mailboxesCsv = [
  'address,name,mobile,department,active',
  'ada@firm.example,Ada Ferrars,,London,yes',
  'ben@firm.example,Ben Okafor,,London,yes',
  'zhang@firm.example,张伟,,Shanghai,yes',
  'former@firm.example,Former Holder,,London,no',
  'next@firm.example,Next Holder,,London,yes',
].join('\n')

/** One number, two holders. */
export const mappingCsv = [
  'External User ID,Microsoft 365 User Mailbox,Valid From,Valid To',
  '+44 7700 900120,former@firm.example,,2026-03-16',
  '+44 7700 900120,next@firm.example,2026-03-17,',
].join('\n')

/** A stranger to the directory, until this mapping names her. */
export const strangerMobile = '+44 7700 900130'

const androidHead =
  'Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read or listen to them.'

/** The group as Ada's phone in London exported it. */
export const groupOfAda = [
  `16/03/2026, 17:58 - ${androidHead}`,
  '16/03/2026, 17:58 - Ada Ferrars created group "Deal room"',
  '16/03/2026, 18:01 - Ada Ferrars: The term sheet is out',
  '16/03/2026, 18:02 - +44 7700 900120: Thank you, I read it tonight',
  '17/03/2026, 09:10 - +44 7700 900120: Good morning, I took over this number',
  '17/03/2026, 09:11 - Ben Okafor: Welcome to the deal room',
  '17/03/2026, 09:11 - Ben Okafor: Welcome to the deal room',
  '17/03/2026, 09:20 - Ada Ferrars: Lunch at noon?',
  '',
].join('\n')

/** The same from Ben's phone in New York, where he deleted one message for himself. */
export const groupOfBen = [
  `3/16/26, 1:58 PM - ${androidHead}`,
  '3/16/26, 1:58 PM - Ada Ferrars created group "Deal room"',
  '3/16/26, 2:01 PM - Ada Ferrars: The term sheet is out',
  '3/16/26, 2:02 PM - +44 7700 900120: Thank you, I read it tonight',
  '3/17/26, 5:10 AM - +44 7700 900120: Good morning, I took over this number',
  '3/17/26, 5:11 AM - Ben Okafor: Welcome to the deal room',
  '3/17/26, 5:11 AM - Ben Okafor: Welcome to the deal room',
  '',
].join('\n')

const room = 'wrTESTroom000000000000000000001'
const customer = 'wmTESTcontact000000000000000001'

function wecom(id: string, from: string, to: readonly string[], clock: string, content: string, inRoom = '') {
  return JSON.stringify({
    msgid: id,
    action: 'send',
    from,
    tolist: to,
    roomid: inRoom,
    msgtime: Date.parse(`2026-03-17T${clock}:00+08:00`),
    msgtype: 'text',
    text: { content },
  })
}

/** A group message of three employees, one to a customer, one between people nobody knows, a broken line. */
export const wecomDay = [
  wecom('CLI0001', 'zhangwei', ['ada', 'ben'], '09:00', '请把发票发给我，谢谢', room),
  wecom('CLI0002', 'zhangwei', [customer], '09:30', 'The invoice is on its way'),
  wecom('CLI0003', 'intern', [customer], '10:00', '你好，我是新来的'),
  '{"msgid":"CLI0004","action":"send","from":"zhangwei","tolist":["ada"],"msgtime":17',
  '',
].join('\n')
