/** `holdfast demo` as somebody who follows the README starts it, and what it prints for him. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Demo {
  /** By a name: passkeys are made for names, not for numbers. */
  readonly url: string
  /** The one-time link, at that name. */
  readonly link: string
  /** The data folder. */
  readonly data: string
  /** All that the process has printed. */
  printed(): string
  /** All that it has logged. */
  logged(): string
  stop(): Promise<void>
}

const startMsMax = 120_000

export async function startDemo(): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-portal-'))
  const data = join(folder, 'data')
  const child = spawn(process.execPath, [resolve('bin/holdfast.js'), 'demo', '--port', '0', '--data', data], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: '', HOLDFAST_DATA: '' },
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const stop = async () => {
    if (child.exitCode === null) {
      const gone = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      await gone
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const link = await linkOf(child, () => printed)
    const named = link.replace('//127.0.0.1:', '//localhost:')
    const logged = () => logFiles(join(data, 'logs')).join('\n')
    return { url: new URL(named).origin, link: named, data, printed: () => printed, logged, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function linkOf(child: ChildProcess, printed: () => string): Promise<string> {
  const until = performance.now() + startMsMax
  for (;;) {
    const link = /https?:\/\/\S+\/welcome#\S+/.exec(printed())?.[0]
    if (link && /until/.test(printed())) return link
    if (child.exitCode !== null || performance.now() > until) {
      throw new Error(`the demo did not come up:\n${printed()}`)
    }
    await new Promise((done) => setTimeout(done, 200))
  }
}

function logFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(log|jsonl|json)$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}
