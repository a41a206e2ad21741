/** Tencent's C library, by its documented interface (WeWorkFinanceSdk_C.h, wecom page 91774). Runs in the child only. */
import koffi from 'koffi'
import type { ChatAnswer, MediaAnswer, SdkStart } from './sdk-protocol.ts'

export interface SdkLibrary {
  /** Makes the library ready, anew where it was before. Answers what Init returned. */
  start(start: SdkStart): number
  chatData(after: bigint, limit: number, timeoutSeconds: number): Promise<ChatAnswer>
  /** The decrypted message, or the return code. The key is handed over byte by byte. */
  decrypt(key: Uint8Array, message: string): Uint8Array | number
  media(fileId: string, index: string, timeoutSeconds: number): Promise<MediaAnswer>
}

const none = new Uint8Array(0)
const terminator = Buffer.alloc(1)

/** Throws what the loader throws: no such file, another architecture, a missing dependency, musl instead of glibc. */
export function loadSdkLibrary(path: string): SdkLibrary {
  const functions = functionsOf(koffi.load(path))
  let started: { readonly sdk: bigint; readonly start: SdkStart } | undefined
  const contentOf = (made: bigint) => copyOf(functions.sliceContent(made), functions.sliceLength(made))
  const ready = () => {
    if (started === undefined) throw new Error('The library was not started.')
    return started
  }
  return {
    start(start) {
      if (started !== undefined) functions.destroySdk(started.sdk)
      started = { sdk: functions.newSdk(), start }
      return functions.init(started.sdk, start.corpId, start.secret)
    },
    async chatData(after, limit, timeoutSeconds) {
      const { sdk, start } = ready()
      const made = functions.newSlice()
      try {
        const code = await inThread(functions.getChatData, [
          sdk,
          after,
          limit,
          start.proxy,
          start.proxySignIn,
          timeoutSeconds,
          made,
        ])
        return { code, content: code === 0 ? contentOf(made) : none }
      } finally {
        functions.freeSlice(made)
      }
    },
    decrypt(key, message) {
      const made = functions.newSlice()
      try {
        const code = functions.decryptData(Buffer.concat([key, terminator]), message, made)
        return code === 0 ? contentOf(made) : code
      } finally {
        functions.freeSlice(made)
      }
    },
    async media(fileId, index, timeoutSeconds) {
      const { sdk, start } = ready()
      const made = functions.newMediaData()
      try {
        const code = await inThread(functions.getMediaData, [
          sdk,
          index,
          fileId,
          start.proxy,
          start.proxySignIn,
          timeoutSeconds,
          made,
        ])
        if (code !== 0) return { code, data: none, nextIndex: '', finished: false }
        return {
          code,
          data: copyOf(functions.mediaContent(made), functions.mediaLength(made)),
          nextIndex: textOf(copyOf(functions.mediaIndex(made), functions.mediaIndexLength(made))),
          finished: functions.isMediaFinished(made) !== 0,
        }
      } finally {
        functions.freeMediaData(made)
      }
    },
  }
}

/** PR_SET_PDEATHSIG and SIGKILL of Linux, where the library is for. */
const [signalOnParentsDeath, killSignal] = [1, 9] as const

/** A call that never returns would keep this process alive, and its secrets with it, after the site is gone. */
export function endWithParent(): void {
  const control = koffi.load('libc.so.6').func('prctl', 'int', ['int', 'ulong', 'ulong', 'ulong', 'ulong'])
  control(signalOnParentsDeath, killSignal, 0, 0, 0)
}

type Native = ReturnType<ReturnType<typeof koffi.load>['func']>

/** Strings are handed over as UTF-8 that ends with NUL: the library reads until there. */
function functionsOf(library: ReturnType<typeof koffi.load>) {
  const pointer = 'void *'
  const bind = (name: string, result: string, given: string[]) => library.func(name, result, given)
  return {
    newSdk: bind('NewSdk', pointer, []) as () => bigint,
    init: bind('Init', 'int', [pointer, 'str', 'str']) as (
      sdk: bigint,
      corp: string,
      secret: string,
    ) => number,
    destroySdk: bind('DestroySdk', 'void', [pointer]) as (sdk: bigint) => void,
    getChatData: bind('GetChatData', 'int', [pointer, 'uint64', 'uint32', 'str', 'str', 'int', pointer]),
    decryptData: bind('DecryptData', 'int', ['uint8_t *', 'str', pointer]) as (
      key: Uint8Array,
      message: string,
      slice: bigint,
    ) => number,
    getMediaData: bind('GetMediaData', 'int', [pointer, 'str', 'str', 'str', 'str', 'int', pointer]),
    newSlice: bind('NewSlice', pointer, []) as () => bigint,
    freeSlice: bind('FreeSlice', 'void', [pointer]) as (slice: bigint) => void,
    sliceContent: bind('GetContentFromSlice', pointer, [pointer]) as (slice: bigint) => bigint | null,
    sliceLength: bind('GetSliceLen', 'int', [pointer]) as (slice: bigint) => number,
    newMediaData: bind('NewMediaData', pointer, []) as () => bigint,
    freeMediaData: bind('FreeMediaData', 'void', [pointer]) as (media: bigint) => void,
    mediaContent: bind('GetData', pointer, [pointer]) as (media: bigint) => bigint | null,
    mediaLength: bind('GetDataLen', 'int', [pointer]) as (media: bigint) => number,
    mediaIndex: bind('GetOutIndexBuf', pointer, [pointer]) as (media: bigint) => bigint | null,
    mediaIndexLength: bind('GetIndexLen', 'int', [pointer]) as (media: bigint) => number,
    isMediaFinished: bind('IsMediaDataFinish', 'int', [pointer]) as (media: bigint) => number,
  }
}

/** A call that waits for the network runs in a thread of the C library, so that the child goes on answering. */
function inThread(native: Native, given: unknown[]): Promise<number> {
  return new Promise((resolve, reject) => {
    native.async(...given, (error: unknown, code: number) => (error ? reject(error) : resolve(code)))
  })
}

/** The library's memory is copied before it is freed; by length, as media hold NULs. */
function copyOf(content: bigint | null, length: number): Uint8Array {
  if (content === null || length <= 0) return none
  return Uint8Array.from(new Uint8Array(koffi.view(content, length)))
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').replace(/\0.*$/s, '')
}
