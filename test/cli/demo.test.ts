import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { people } from '../../src/cli/demo/firm.ts'
import { sources } from '../../src/pipeline-sources.ts'
import { createHoldfast } from './holdfast.ts'

interface Demo {
  readonly ways: readonly { readonly source: string; readonly person: string; readonly captured: number }[]
  readonly captured: { readonly whatsapp: number; readonly wechat: number }
  readonly runs: Record<
    'whatsapp' | 'wechat',
    {
      readonly transferred: number
      readonly imported: number
      readonly attachments: number
      readonly exceptions: { readonly byReason: Record<string, number> }
      readonly mailboxes: Record<string, number>
    }
  >
  readonly next: readonly { readonly command: string }[]
}

const holdfast = createHoldfast()
afterAll(() => holdfast.remove())

const play = () => holdfast.json<Demo>('demo', '--exit', '--port', '0')

test('the demo shows where everything went, and its next commands work as printed', async () => {
  const { ways, captured, runs, next } = await play()
  expect(runs.whatsapp).toMatchObject({ transferred: captured.whatsapp, imported: captured.whatsapp })
  expect(runs.whatsapp.exceptions.byReason).toEqual({})
  expect(runs.wechat.imported).toBe(captured.wechat - 1)
  expect(runs.wechat.exceptions.byReason).toEqual({ 'participant-unmapped': 1 })
  expect(runs.whatsapp.attachments + runs.wechat.attachments).toBe(6)
  expect(runs.whatsapp.mailboxes['rosa.lindqvist@lanternquay.example']).toBe(1)
  // Somebody by each way in, and what it brought is in his mailbox.
  expect(new Set(ways.map(({ source }) => source))).toEqual(new Set(sources.map(({ name }) => name)))
  const { whatsapp, wechat } = captured
  expect(ways.reduce((sum, one) => sum + one.captured, 0)).toBe(whatsapp + wechat)
  const mailboxes = { ...runs.whatsapp.mailboxes, ...runs.wechat.mailboxes }
  for (const { source, person } of ways)
    for (const name of person.split('、')) {
      const { address } = people.find((one) => one.name === name)!
      expect(mailboxes[address], `${name} by ${source}`).toBeGreaterThan(0)
    }
  expect(next.length).toBeGreaterThan(5)
  for (const { command } of next) {
    const here = command.replace('npx holdfast', `"${process.execPath}" "${resolve('bin/holdfast.js')}"`)
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', here], { cwd: holdfast.files })
    if (command.includes('>'))
      expect(readFileSync(join(holdfast.files, 'item.eml'), 'utf8')).toContain('X-Holdfast-')
    else expect(stdout, `${command}: ${stderr}`).not.toMatch(/^(None\.)?\s*$/)
  }
})

test('a second demo begins afresh', async () => {
  const { runs, captured } = await play()
  expect(runs.whatsapp.imported).toBe(captured.whatsapp)
})

test('a folder that is no demo is left alone', async () => {
  const folder = join(holdfast.files, 'precious')
  mkdirSync(folder)
  writeFileSync(join(folder, 'letter.txt'), 'keep me')
  const { code, stderr } = await holdfast.run('demo', '--exit', '--data', folder)
  expect(code).toBe(1)
  expect(stderr).toContain('demo-folder-refused')
  expect(readFileSync(join(folder, 'letter.txt'), 'utf8')).toBe('keep me')
})
