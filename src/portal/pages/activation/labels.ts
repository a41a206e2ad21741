/** The texts of what the contract names by a word, and what the pages of activation speak of. */
import type { Answer } from '../../api/client.ts'

export type Page = Answer<'checkActivation'>
export type OfferedWay = Page['ways'][number]
export type Way = OfferedWay['way']

export const wayLabels: Readonly<Record<Way, string>> = {
  'wecom-archive': 'activation:way.wecomArchive',
  'whatsapp-linked-device': 'activation:way.linkedDevice',
  'whatsapp-cloud': 'activation:way.cloud',
  'whatsapp-backup': 'activation:way.backup',
  'whatsapp-export': 'activation:way.whatsappExport',
  'wechat-export': 'activation:way.wechatExport',
}

/** What is to be done for each way, one step after the other. */
export const stepTexts: Readonly<Record<Way, readonly string[]>> = {
  'wecom-archive': [
    'activation:step.wecom.first',
    'activation:step.wecom.second',
    'activation:step.wecom.third',
  ],
  'whatsapp-linked-device': [
    'activation:step.linked.first',
    'activation:step.linked.second',
    'activation:step.linked.third',
  ],
  'whatsapp-cloud': ['activation:step.cloud.first', 'activation:step.cloud.second'],
  'whatsapp-backup': ['activation:step.backup.first', 'activation:step.backup.second'],
  'whatsapp-export': ['activation:step.whatsappExport.first', 'activation:step.export.second'],
  'wechat-export': ['activation:step.wechatExport.first', 'activation:step.export.second'],
}
