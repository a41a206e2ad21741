/** Lantern Quay, a firm that does not exist: who works there, where their mail goes, who held which number. */

export interface Person {
  readonly name: string
  readonly mobile: string
  readonly address: string
  readonly wecomUserid?: string
  readonly office: 'London' | 'New York' | 'Shanghai'
}

const at = (local: string) => `${local}@lanternquay.example`

export const people: readonly Person[] = [
  { name: 'Amelia Hart', mobile: '+44 7700 900101', address: at('amelia.hart'), office: 'London' },
  { name: 'Tomas Whitlock', mobile: '+44 7700 900102', address: at('tomas.whitlock'), office: 'London' },
  { name: 'Priya Nandra', mobile: '+44 7700 900103', address: at('priya.nandra'), office: 'London' },
  { name: 'Owen Calloway', mobile: '+44 7700 900104', address: at('owen.calloway'), office: 'London' },
  { name: 'Daniel Ferro', mobile: '+1 212 555 0111', address: at('daniel.ferro'), office: 'New York' },
  { name: 'Nora Whitfield', mobile: '+1 212 555 0112', address: at('nora.whitfield'), office: 'New York' },
  { name: 'Grace Lowell', mobile: '+1 212 555 0113', address: at('grace.lowell'), office: 'New York' },
  {
    name: '陈雨桐',
    mobile: '+86 139 0000 0101',
    address: at('chen.yutong'),
    wecomUserid: 'chenyutong',
    office: 'Shanghai',
  },
  {
    name: '王浩然',
    mobile: '+86 139 0000 0102',
    address: at('wang.haoran'),
    wecomUserid: 'wanghaoran',
    office: 'Shanghai',
  },
  {
    name: '李思源',
    mobile: '+86 139 0000 0103',
    address: at('li.siyuan'),
    wecomUserid: 'lisiyuan',
    office: 'Shanghai',
  },
  {
    name: '赵一鸣',
    mobile: '+86 139 0000 0104',
    address: at('zhao.yiming'),
    wecomUserid: 'zhaoyiming',
    office: 'Shanghai',
  },
  {
    name: '周晓岚',
    mobile: '+86 139 0000 0105',
    address: at('zhou.xiaolan'),
    wecomUserid: 'zhouxiaolan',
    office: 'Shanghai',
  },
]

export const registeredUsersCsv = csv(
  ['name', 'mobile', 'email', 'wecom_userid'],
  people.map((person) => [person.name, person.mobile, person.address, person.wecomUserid ?? '']),
)

/** Rosa has left the firm; her mailbox stays, and so does what was hers. */
const rosa = at('rosa.lindqvist')

export const mailboxesCsv = csv(
  ['address', 'name', 'mobile', 'department', 'active'],
  [
    ...people.map((person) => [person.address, person.name, person.mobile, person.office, 'yes']),
    [rosa, 'Rosa Lindqvist', '', 'London', 'no'],
  ],
)

/** The number passed from Rosa to Owen in the night to 17 March 2026. */
export const mappingCsv = csv(
  ['External User ID', 'Microsoft 365 User Mailbox', 'Valid From', 'Valid To'],
  [
    ['+44 7700 900104', rosa, '', '2026-03-16'],
    ['+44 7700 900104', at('owen.calloway'), '2026-03-17', ''],
  ],
)

export function mobileOf(name: string): string {
  return people.find((person) => person.name === name)!.mobile
}

export function nameOf(mobile: string): string {
  return people.find((person) => person.mobile === mobile)!.name
}

/** Everybody whose session archive the demo holds. */
export const wecomPeople: string = people
  .filter(({ wecomUserid }) => wecomUserid !== undefined)
  .map(({ name }) => name)
  .join('、')

function csv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[header, ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`
}
