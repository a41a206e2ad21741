/** One child process with Tencent's library in it, asked one thing at a time. */
import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AnsweredByChild, SdkAnswers, SdkRequest } from './sdk-protocol.ts'

/** `ended`: the process is gone, and how; what was asked may be asked of another one. */
export type ChildOutcome<Answer> =
  | { readonly answer: Answer }
  | { readonly failure: string }
  | { readonly ended: string }

export interface SdkChild {
  /** One at a time. Ends the child when it does not answer within `deadlineMs`. */
  ask<Request extends SdkRequest>(
    request: Request,
    deadlineMs: number,
  ): Promise<ChildOutcome<SdkAnswers[Request['op']]>>
  end(): void
}

/** The published package is compiled, and nothing rewrites an address that is not an import. */
const processFile = fileURLToPath(new URL(`./sdk-process${extname(import.meta.url)}`, import.meta.url))

/**
 * Starts the process in `folder`. It inherits neither the environment (the site's secrets may stand there) nor any
 * open file, and does not keep this process alive.
 */
export function startSdkChild(folder: string): SdkChild {
  const child = fork(processFile, [], {
    cwd: folder,
    env: { LANG: 'C.UTF-8' },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.unref()
  child.channel?.unref()
  let settle: ((outcome: ChildOutcome<never>) => void) | undefined
  let ended: string | undefined
  const end = (how: string) => {
    ended ??= how
    settle?.({ ended })
  }
  child.once('error', (error) => end(`could not be started (${error.message})`))
  child.once('exit', (code, signal) => end(signal === null ? `ended with ${code}` : `died of ${signal}`))
  let id = 0
  return {
    ask(request, deadlineMs) {
      if (ended !== undefined) return Promise.resolve({ ended })
      id += 1
      const asked = id
      return new Promise((resolve) => {
        const deadline = setTimeout(() => {
          end(`did not answer within ${Math.round(deadlineMs / 1000)} s`)
          child.kill('SIGKILL')
        }, deadlineMs)
        const hear = (message: AnsweredByChild) => {
          if (message.id === asked) settle?.(message as ChildOutcome<never>)
        }
        settle = (outcome) => {
          settle = undefined
          clearTimeout(deadline)
          child.off('message', hear)
          resolve(outcome)
        }
        child.on('message', hear)
        tell(child, { id: asked, request }, end)
      })
    },
    end() {
      end('was ended')
      child.kill('SIGKILL')
    },
  }
}

function tell(child: ChildProcess, message: { id: number; request: SdkRequest }, end: (how: string) => void) {
  child.send(message, (error) => {
    if (error) end(`could not be reached (${error.message})`)
  })
}
