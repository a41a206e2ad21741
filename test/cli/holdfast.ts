/** The real command, run as a child process on a data folder of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { vi } from 'vitest'

const bin = resolve('bin/holdfast.js')

// A test here starts some ten processes, and a busy machine may take seconds for each.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

export interface Answer {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Failure {
  readonly code: string
  readonly message: string
  readonly details?: Record<string, unknown>
}

export interface Holdfast {
  /** The data folder. */
  readonly data: string
  /** Files of the test: written here, named relative to it. */
  readonly files: string
  write(name: string, content: string | Uint8Array): string
  run(...given: string[]): Promise<Answer>
  /** The one JSON document of a command that succeeds. */
  json<Value = Record<string, unknown>>(...given: string[]): Promise<Value>
  /** The JSON lines of a command that succeeds. */
  lines<Value = Record<string, unknown>>(...given: string[]): Promise<Value[]>
  /** The error of a command that is refused: exit code 1, nothing on standard output. */
  refusal(...given: string[]): Promise<Failure>
  /** Kills a command so long after its start; answers whether it was still at work. */
  kill(afterMs: number, ...given: string[]): Promise<boolean>
  /** A server in the background; answers the JSON line it prints once it answers. */
  start(...given: string[]): Promise<Server>
  remove(): Promise<void>
}

export interface Server {
  readonly announced: { readonly address: string; readonly site: string }
  readonly pid: number
  /** Sends the signal and answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export function createHoldfast(): Holdfast {
  const files = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
  const data = join(files, 'data')
  const servers: Server[] = []
  const children = new Set<ChildProcess>()
  const spawnCommand = (given: readonly string[]) => {
    const child = spawn(
      process.execPath,
      [bin, ...given, ...(given.includes('--data') ? [] : ['--data', data])],
      {
        cwd: files,
        env: { ...process.env, DATABASE_URL: '', HOLDFAST_DATA: '' },
      },
    )
    children.add(child)
    child.once('exit', () => children.delete(child))
    return child
  }
  const run = (...given: string[]) => answerOf(spawnCommand(given))
  const succeed = async (given: readonly string[]) => {
    const answer = await run(...given, '--json')
    if (answer.code !== 0) throw new Error(`holdfast ${given.join(' ')}: ${answer.code} ${answer.stderr}`)
    return answer.stdout
  }
  return {
    data,
    files,
    run,
    write(name, content) {
      writeFileSync(join(files, name), content)
      return name
    },
    json: async (...given) => JSON.parse(await succeed(given)),
    lines: async (...given) => linesOf(await succeed(given)),
    async refusal(...given) {
      const answer = await run(...given, '--json')
      if (answer.code !== 1 || answer.stdout !== '')
        throw new Error(`holdfast ${given.join(' ')} was not refused: ${answer.code} ${answer.stdout}`)
      return failuresOf(answer)[0]!
    },
    async kill(afterMs, ...given) {
      const child = spawnCommand(given)
      const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
      await answerOf(child)
      clearTimeout(timer)
      return child.signalCode === 'SIGKILL'
    },
    async start(...given) {
      const server = await started(spawnCommand([...given, '--json']))
      servers.push(server)
      return server
    },
    async remove() {
      await Promise.all(servers.map((server) => server.stop()))
      // What a failed test left behind.
      for (const child of children) child.kill()
      rmSync(files, { recursive: true, force: true })
    },
  }
}

/** The errors that a command told as JSON on standard error, among its notes. */
export function failuresOf({ stderr }: Answer): Failure[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{"error"'))
    .map((line) => JSON.parse(line).error)
}

function linesOf(text: string) {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

function answerOf(child: ChildProcess): Promise<Answer> {
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (chunk) => (stdout += chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk) => (stderr += chunk))
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code) => done({ code, stdout, stderr }))
  })
}

function started(child: ChildProcess): Promise<Server> {
  const answer = answerOf(child)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return (await answer).code
  }
  return new Promise((done, fail) => {
    let text = ''
    child.stdout?.on('data', (chunk) => {
      text += chunk
      const line = text.split('\n').find((one) => one.startsWith('{'))
      if (line && text.includes('\n')) done({ announced: JSON.parse(line), pid: child.pid!, stop })
    })
    answer.then(({ code, stderr }) => fail(new Error(`the server ended: ${code} ${stderr}`)), fail)
  })
}
