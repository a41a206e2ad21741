// Made by scripts/generate.ts from the folders of src/sources. Do not edit.
import type { Source } from './sources/source.ts'
import { emailDrop } from './sources/email-drop/index.ts'
import { wechatExport } from './sources/wechat-export/index.ts'
import { wecomArchive } from './sources/wecom-archive/index.ts'
import { whatsappBackup } from './sources/whatsapp-backup/index.ts'
import { whatsappCloud } from './sources/whatsapp-cloud/index.ts'
import { whatsappExport } from './sources/whatsapp-export/index.ts'
import { whatsappLinkedDevice } from './sources/whatsapp-linked-device/index.ts'

export const sources: readonly Source[] = [
  emailDrop as Source,
  wechatExport as Source,
  wecomArchive as Source,
  whatsappBackup as Source,
  whatsappCloud as Source,
  whatsappExport as Source,
  whatsappLinkedDevice as Source,
]
