/**
 * Which passwords are taken: long ones that are not among the first to be guessed, with no rule of what must be in
 * them (NIST SP 800-63B-4 §3.1.1.2).
 */
import { AppError } from '../domain/errors.ts'
import { hashPassword, isPassword } from '../platform/passwords.ts'
import { commonPasswords } from './common-passwords.ts'

const charactersMin = 12

/** The hash of a new password. Throws `password-refused`, saying why. */
export async function acceptPassword(password: string, username: string): Promise<string> {
  const normal = normalize(password)
  if ([...normal].length < charactersMin) {
    throw new AppError('password-refused', `A password has at least ${charactersMin} characters.`)
  }
  if (isGuessable(normal.toLowerCase(), username)) {
    throw new AppError(
      'password-refused',
      'This password is among the first to be guessed; take several words that do not belong together.',
    )
  }
  return hashPassword(normal)
}

/** Whether it is the password of the hash; takes as long for nobody (null). */
export function isPasswordOf(password: string, passwordHash: string | null): Promise<boolean> {
  return isPassword(normalize(password), passwordHash)
}

/** The same password typed on two keyboards may differ in its bytes. */
function normalize(password: string): string {
  return password.normalize('NFKC')
}

function isGuessable(password: string, username: string): boolean {
  const bare = password.replace(/[\s._-]+/g, '')
  if (commonPasswords.has(password) || commonPasswords.has(bare)) return true
  if (new Set(bare).size <= 2 || isSequence(bare)) return true
  const own = username.split('@')[0]!
  return [own, username, 'holdfast', 'password'].some(
    (word) => word.length > 2 && /^[\d!?.*#]*$/.test(bare.replaceAll(word.replace(/[\s._-]+/g, ''), '')),
  )
}

/** Such as 123456789012 and abcdefghijkl, forwards or backwards. */
function isSequence(text: string): boolean {
  const rows = ['01234567890123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm']
  const backwards = [...text].reverse().join('')
  return rows.some((row) => row.includes(text) || row.includes(backwards))
}
