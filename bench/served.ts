/** The server as an operator starts it, and the commands he gives beside it, in processes of their own. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

export interface Served {
  readonly address: string
  stop(): Promise<void>
}

const bin = join(import.meta.dirname, '..', 'bin', 'holdfast.js')

/** The JSON document of a command on a data folder. */
export async function holdfastJson<Value>(data: string, ...given: string[]): Promise<Value> {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, [bin, ...given, '--data', data, '--json'], {
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(stdout) as Value
}

/** `holdfast start` on a data folder; answers once it does. */
export async function startHoldfast(data: string): Promise<Served> {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=8', bin, 'start', '--data', data, '--port', '0', '--json'],
    {
      env: { ...process.env, MALLOC_ARENA_MAX: '2', HOLDFAST_LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const { address } = JSON.parse(line) as { address?: string }
    if (address === undefined) continue
    child.stdout.resume()
    return {
      address,
      async stop() {
        child.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error(`holdfast start ended with ${(await ended)[0]}`)
}
