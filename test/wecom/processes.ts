/** What Linux tells of processes. */
import { readdirSync, readFileSync } from 'node:fs'

/** The process with the library that belongs to the process `parent`. */
export function childOf(parent: number): string | undefined {
  return readdirSync('/proc').find(
    (pid) =>
      /^\d+$/.test(pid) &&
      readOf(pid, 'cmdline').includes('sdk-process') &&
      statusOf(pid, 'PPid') === String(parent),
  )
}

/** Dead ones may wait a while for somebody to notice. */
export function isRunning(pid: string): boolean {
  return !['', 'Z', 'X'].includes(statusOf(pid, 'State').slice(0, 1))
}

/** The file of /proc as text; empty where the process is gone. */
export function readOf(pid: string, file: 'cmdline' | 'environ' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

function statusOf(pid: string, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readOf(pid, 'status'))?.[1] ?? ''
}
