/** Chats of personal WeChat that people exported with chatlog, MemoTrace, PyWxDump, WeFlow or ChatLab. */
import { defineSource } from '../source.ts'
import { captureExports } from './capture.ts'
import { decodeRecord, sourceName } from './decode.ts'
import { settingsSchema, type WechatExportSettings } from './settings.ts'

export const wechatExport = defineSource<WechatExportSettings>({
  name: sourceName,
  title: 'WeChat chat export (files)',
  channels: ['wechat'],
  settings: settingsSchema,
  capture: captureExports,
  decode: decodeRecord,
})
