/**
 * The child process that holds Tencent's library. It is closed code that may crash: here it takes nothing with it. It
 * gets no environment, and everything it must know over the pipe; it ends when the pipe does.
 */
import { startKeyThreads, type UnwrapKeys } from './key-threads.ts'
import { endWithParent, loadSdkLibrary, type SdkLibrary } from './sdk-library.ts'
import type {
  AnsweredByChild,
  AskedOfChild,
  OpenedMessage,
  SdkRequest,
  SealedMessage,
} from './sdk-protocol.ts'

let library: SdkLibrary | undefined
let unwrapKeys: UnwrapKeys | undefined

// An orderly exit would wait for a call of the library that hangs.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Ctrl+C and a service manager reach this process as well; it goes when the site has let it go.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
process.on('message', ({ id, request }: AskedOfChild) => {
  answer(request).then(
    (found) => send({ id, answer: found }),
    (error: unknown) => send({ id, failure: error instanceof Error ? error.message : String(error) }),
  )
})

function send(message: AnsweredByChild): void {
  process.send?.(message)
}

async function answer(request: SdkRequest) {
  switch (request.op) {
    case 'start':
      endWithParent()
      library ??= loadSdkLibrary(request.start.library)
      unwrapKeys ??= startKeyThreads(request.start.privateKeys)
      return { code: library.start(request.start) }
    case 'chat':
      return library!.chatData(BigInt(request.after), request.limit, request.timeoutSeconds)
    case 'open':
      return open(request.sealed)
    case 'media':
      return library!.media(request.fileId, request.index, request.timeoutSeconds)
  }
}

async function open(sealed: readonly SealedMessage[]): Promise<readonly OpenedMessage[]> {
  const keys = await unwrapKeys!(sealed)
  return sealed.map(({ message }, index): OpenedMessage => {
    const key = keys[index]!
    if (typeof key === 'string') return { problem: key }
    const found = library!.decrypt(key, message)
    return typeof found === 'number' ? { problem: 'refused', code: found } : { bytes: found }
  })
}
