import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import { Secret } from '../secret.ts'
import { logEvents } from './events.ts'
import { createLogger } from './logger.ts'
import { redactText } from './redact.ts'

function capture(pretty = false) {
  const lines: string[] = []
  const log = createLogger({ level: 'trace', destination: { write: (line) => lines.push(line) }, pretty })
  return { log, lines, last: () => JSON.parse(lines.at(-1)!) }
}

describe('the log', () => {
  it('is one JSON line per business event', () => {
    const { log, last } = capture()
    logEvents.captureFinished(log, {
      account: 'london',
      source: 'whatsapp-export',
      captured: 12,
      duplicates: 0,
      attachments: 3,
      gaps: 1,
    })
    expect(last()).toMatchObject({
      level: 'info',
      event: 'capture-finished',
      msg: 'capture finished',
      account: 'london',
      captured: 12,
    })
    expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  it('is one readable line on a terminal', () => {
    const { log, lines } = capture(true)
    logEvents.runStarted(log, { connector: 'whatsapp uk', run: '7' })
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d info {2}run started {2}event=run-started {2}connector="whatsapp uk" {2}run=7\n$/,
    )
  })

  it('shows no address, telephone number or secret, wherever it stands', () => {
    const { log, lines } = capture()
    const cause = new Error('refused for 447700900123@s.whatsapp.net')
    const error = new AppError('bad-csv', 'Row 3: anna@example.com twice', {
      cause,
      details: { row: 3, m: '+1 212 555 0100' },
    })
    log
      .child({ who: 'bo@contoso.test' })
      .info({ to: ['+447700900123'], url: new Secret('hunter2') }, 'sent to %s', 'x')
    log.warn('call 07700 900123')
    log.error(error)
    logEvents.programFailed(log, error)
    expect(lines.join('')).not.toMatch(/900123|555 0100|contoso|example\.com|hunter2/)
    expect(lines.at(-1)).toContain('bad-csv')
    expect(lines.at(-1)).toContain('"row":3')
  })

  it('keeps the values PostgreSQL repeats in its messages out', () => {
    const { log, lines } = capture()
    const error = Object.assign(new Error('invalid input syntax for type integer: "Dear Anna"'), {
      severity: 'ERROR',
      code: '22P02',
      detail: 'Key (text)=(Dear Anna) exists',
    })
    logEvents.jobFailed(log, error, { queue: 'run', job: '1' })
    expect(lines.join('')).not.toContain('Anna')
    expect(lines.join('')).toContain('22P02')
  })
})

describe('redactText', () => {
  it.each([
    '+44 7700 900123',
    '+447700900123',
    '+86 139 0000 0000',
    '8613900000000',
    '(212) 555-0100',
    '07700 900123',
    'tel:+1-212-555-0100',
  ])('blots out %s', (text) => {
    expect(redactText(`before ${text} after`)).toMatch(/^before .*\[number\] after$/)
  })

  it.each([
    '2026-11-21T08:00:00.000Z',
    '0190a6f0-1234-7abc-8def-0123456789ab',
    'migrations/0001_ground.sql line 14',
    'segment 1234 of 5678',
    '127.0.0.1:8080',
    'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ])('leaves %s', (text) => {
    expect(redactText(text)).toBe(text)
  })
})
