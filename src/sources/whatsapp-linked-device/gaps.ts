/** What an event says, or shows, that was not captured. */
import { isRaw, objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { CapturedClosure, CapturedGap } from '../source.ts'
import { enumOf, stubTypes } from './enums.ts'
import type { EventLine } from './event-line.ts'
import type { History } from './history.ts'

export type LedgerEntry = CapturedGap | CapturedClosure

/** Why a session ended, by the library's code, and what to do. */
const closings: Readonly<Record<string, string>> = {
  '401': 'the phone unlinked the device: link it again from the activation page',
  '403': 'WhatsApp forbids the device: the number may be restricted',
  '408': 'the connection was lost; it is tried again',
  '411': 'the phone has another kind of multi-device: link it again',
  '428': 'the connection was closed; it is tried again',
  '440': 'another device took its place: link only one',
  '500': 'the session was damaged: link the device again',
  '503': 'WhatsApp is not available; it is tried again',
  '515': 'WhatsApp asked for a restart, which is done at once',
}

/** A session that closed opens a gap; one that opened closes all of them. The phone's silence is told beforehand. */
export function* gapsOfSession(line: EventLine, custodian: string): Generator<LedgerEntry> {
  if (!isRaw(line.data)) return
  const state = textOf(line.data, 'connection')
  if (state === 'open') {
    yield { closed: { reason: 'disconnected', by: 'The device was connected again.', custodian } }
    yield { closed: { reason: 'phone-silent', by: 'The phone was seen again.', custodian } }
  }
  if (textOf(line.data, 'silentDays') !== '')
    yield {
      gap: {
        ...{ reason: 'phone-silent', key: `${line.at ?? line.sequence}`, custodian },
        explanation: `The phone has not been seen for ${textOf(line.data, 'silentDays')} days; after 14 WhatsApp unlinks the device. Ask the person to open WhatsApp.`,
      },
    }
  if (state !== 'close') return
  const error = objectOf(objectOf(line.data, 'lastDisconnect'), 'error')
  const code = textOf(objectOf(error, 'output'), 'statusCode')
  const when = line.at ?? textOf(objectOf(line.data, 'lastDisconnect'), 'date')
  yield {
    gap: {
      ...{ reason: 'disconnected', key: `${when}/${code}/${line.sequence ?? ''}`, custodian },
      explanation: `The linked device was disconnected (${code || 'no code'}): ${closings[code] ?? 'it is tried again'}.`,
    },
  }
}

/** WhatsApp's stub for a message that could not be decrypted. */
const ciphertextStub = 2

/** A stub of a message that nobody could decrypt, or that is shown once and never handed to linked devices. */
export function* gapsOfMessage(info: Raw, messageId: string, custodian: string): Generator<LedgerEntry> {
  if (!isUndecryptable(info)) return
  const viewOnce = objectOf(info, 'key').isViewOnce === true
  const [why = 'no reason given'] = Array.isArray(info.messageStubParameters)
    ? info.messageStubParameters
    : []
  yield {
    gap: {
      ...{ reason: viewOnce ? 'view-once' : 'undecryptable', key: messageId, messageId, custodian },
      explanation: viewOnce
        ? `Message ${messageId} is shown once, and its content is not handed to linked devices.`
        : `Message ${messageId} could not be decrypted (${String(why)}); the phone may send it again.`,
    },
  }
}

export function isUndecryptable(info: Raw): boolean {
  return enumOf(info, 'messageStubType', stubTypes) === ciphertextStub && !isRaw(info.message)
}

const chunksNamedMax = 200

/** Chunks come in any order; each closes its own gap, which those above it opened. The whole is there at 100 percent. */
export function* gapsOfHistory(
  { type, chunk, progress }: History,
  custodian: string,
): Generator<LedgerEntry> {
  const keyOf = (number: number) => `${custodian}/${type}/${number}`
  if (chunk > 0)
    yield {
      closed: { reason: 'history-incomplete', key: keyOf(chunk), by: `Part ${chunk} of the history came.` },
    }
  for (let before = Math.max(1, chunk - chunksNamedMax); before < chunk; before++)
    yield {
      gap: {
        ...{ reason: 'history-incomplete', key: keyOf(before), custodian },
        explanation: `Part ${before} of the phone's history (kind ${type}) has not come.`,
      },
    }
  if (progress === null) return
  const whole = `${custodian}/${type}/whole`
  if (progress >= 100)
    yield {
      closed: { reason: 'history-incomplete', key: whole, by: 'The phone reported its history as complete.' },
    }
  else
    yield {
      gap: {
        ...{ reason: 'history-incomplete', key: whole, custodian },
        explanation: `The phone's history (kind ${type}) has not come to its end.`,
      },
    }
}

/** The plug-in counts its events: one that is missing was lost between its journal and the site. */
export function* gapsOfSequence(
  before: number | null,
  line: EventLine,
  custodian: string,
): Generator<LedgerEntry> {
  if (before === null || line.sequence === null || line.sequence <= before + 1) return
  yield {
    gap: {
      ...{ reason: 'sequence-jump', key: `${before + 1}-${line.sequence - 1}`, custodian },
      explanation: `The plug-in's events ${before + 1} to ${line.sequence - 1} are not among what it handed over.`,
    },
  }
}
