/** The verifier as one page: its program put into its frame. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../verifier/', import.meta.url))

export async function verifierPage(): Promise<string> {
  const program = readFileSync(`${folder}holdfast-verify.mjs`, 'utf8')
  const page = readFileSync(`${folder}page.html`, 'utf8')
  return page.replace('/* holdfast-verify.mjs */\n', () => program)
}
