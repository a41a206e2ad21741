/** The session archive by itself: pulled through Tencent's library, woken by WeCom's calls. */
import { defineLiveSource } from '../../live-source.ts'
import { receiveCallback } from './callback.ts'
import { splitCallback } from './callback-events.ts'
import { testConnection } from './connection-test.ts'
import { pullMessages } from './pull.ts'
import { keptMs } from './sequence.ts'
import {
  type WecomLiveSecret,
  type WecomLiveSettings,
  wecomLiveSecret,
  wecomLiveSettings,
} from './settings.ts'

export { decodeCallback, isCallbackRecord } from './callback-events.ts'

export const wecomLive = defineLiveSource<WecomLiveSettings, WecomLiveSecret>({
  settings: wecomLiveSettings,
  secret: wecomLiveSecret,
  bodyBytesMax: 1024 * 1024,
  mediaLifeMs: keptMs,
  receive: receiveCallback,
  split: splitCallback,
  pull: pullMessages,
  test: testConnection,
})
