/** WeCom's session archive (会话内容存档), from files of decrypted messages and from WeCom itself. */
import { defineSource } from '../source.ts'
import { captureFiles } from './capture.ts'
import { decodeRecord, sourceName } from './decode.ts'
import { decodeCallback, isCallbackRecord, wecomLive } from './live/index.ts'
import { type WecomArchiveSettings, wecomArchiveSettings } from './settings.ts'

export const wecomArchive = defineSource<WecomArchiveSettings>({
  name: sourceName,
  title: 'WeCom session archive',
  channels: ['wecom', 'wechat'],
  settings: wecomArchiveSettings,
  capture: ({ files, settings }) => captureFiles(files, settings),
  decode: (record) => (isCallbackRecord(record) ? decodeCallback(record, sourceName) : decodeRecord(record)),
  live: wecomLive,
})
