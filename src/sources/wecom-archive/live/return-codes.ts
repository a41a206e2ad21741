/** What the library's return codes and the service's errors mean (wecom page 91552), and what is done about each. */
import { AppError, type ErrorCode } from '../../../domain/errors.ts'

/**
 * - `retry`: asked again after a moment; `restart`: the library is made ready anew before that.
 * - `lost`: this one file is gone, whatever is done.
 * - `refuse`: only a person can change it; asking again is useless.
 */
export interface ReturnCode {
  readonly action: 'retry' | 'restart' | 'lost' | 'refuse'
  readonly error: ErrorCode
  readonly meaning: string
  readonly remedy: string
}

const later = 'It is tried again by itself'
const askSupport = 'Tell whoever looks after this installation'

const returnCodes: ReadonlyMap<number, ReturnCode> = new Map<number, ReturnCode>([
  [10000, refuse('bad-settings', 'a parameter is wrong', 'Check company id and archive secret of the route')],
  [
    10001,
    retry('restart', 'the network failed', `${later}; check the way to qyapi.weixin.qq.com and the proxy`),
  ],
  [10002, retry('retry', 'the data could not be parsed', later)],
  [10003, retry('restart', 'the system failed', later)],
  [10004, refuse('vendor-refused', 'the code 10004 is no longer in use', askSupport)],
  [10005, lost('the file id is wrong')],
  [
    10006,
    retry(
      'retry',
      'decryption failed',
      'Check that the private key belongs to the version the message names',
    ),
  ],
  [10007, refuse('vendor-refused', 'the code 10007 is no longer in use', askSupport)],
  [10008, retry('retry', 'the message could not be decrypted', later)],
  [
    10009,
    refuse(
      'vendor-refused',
      "this machine's IP address is not trusted",
      'Add it to the trusted IP addresses of the session archive in the WeCom console',
    ),
  ],
  [10010, lost('the data are older than five days')],
  [
    10011,
    refuse(
      'vendor-refused',
      'the TLS certificate was not accepted',
      'Check whether a proxy opens the connection to qyapi.weixin.qq.com, and the certificates and clock of this machine',
    ),
  ],
  [
    301042,
    refuse(
      'vendor-refused',
      "this machine's IP address is not on the list of the archive",
      'Add it to the trusted IP addresses of the session archive in the WeCom console',
    ),
  ],
  [301048, lost('the file id is missing or has expired')],
  [
    301052,
    refuse(
      'vendor-refused',
      'the contract of the session archive has ended',
      'Renew it in the WeCom console; messages are kept for five days only',
    ),
  ],
  [
    301053,
    refuse(
      'vendor-refused',
      'the session archive is not switched on',
      'Switch it on in the WeCom console under Management tools',
    ),
  ],
  [
    40001,
    refuse(
      'vendor-refused',
      'the secret is wrong',
      "Give the route the archive's secret from the WeCom console",
    ),
  ],
  [40013, refuse('bad-settings', 'the company id is wrong', 'Check the company id of the route')],
  [
    48002,
    refuse(
      'vendor-refused',
      'the app of this secret may not ask that',
      'Give the app the right in the WeCom console, or the route the secret of one that has it',
    ),
  ],
  [
    60020,
    refuse(
      'vendor-refused',
      "this machine's IP address is not trusted",
      'Add it to the trusted IP addresses of the app in the WeCom console',
    ),
  ],
  [45009, retry('retry', 'too many calls were made', later)],
  [-1, retry('retry', 'the service is busy', later)],
])

/** Never without an answer: an unknown code is refused, with its number. */
export function returnCodeOf(code: number): ReturnCode {
  return returnCodes.get(code) ?? refuse('vendor-refused', `the code ${code} is not known`, askSupport)
}

/**
 * The error for whoever looks after the route. `what` was tried, as a clause; `said` is the service's own message, of
 * which the address it saw is worth repeating.
 */
export function returnCodeError(code: number, what: string, said = ''): AppError {
  const { error, meaning, remedy } = returnCodeOf(code)
  const address = /from ip: ?([0-9a-fA-F.:]{3,45})/.exec(said)?.[1]
  const seen = address === undefined ? '' : `, which WeCom sees as ${address}`
  return new AppError(error, `WeCom did not answer when ${what}: ${meaning}${seen} (${code}). ${remedy}.`, {
    details: { returnCode: code, ...(address === undefined ? {} : { address }) },
  })
}

function retry(action: 'retry' | 'restart', meaning: string, remedy: string): ReturnCode {
  return { action, error: 'vendor-unreachable', meaning, remedy }
}

function refuse(error: ErrorCode, meaning: string, remedy: string): ReturnCode {
  return { action: 'refuse', error, meaning, remedy }
}

function lost(meaning: string): ReturnCode {
  const remedy = 'WeCom does not have it any more; the message is kept without it'
  return { action: 'lost', error: 'media-lost', meaning, remedy }
}
