// Checks a bundle of Holdfast's integrity log, offline. One file without dependencies: run it by Node 20 or later
// ("node holdfast-verify.mjs FOLDER [--key KEY]"), or open holdfast-verify.html, which holds the same code, in a browser.
// Every e-mail is held against what the log committed to (SHA-256), every entry against the signed root (RFC 6962),
// every signature against the key (Ed25519, C2SP signed-note), every file against the signed list.

const bundleForm = 'holdfast-bundle/1'
const encoder = new TextEncoder()

/**
 * @param {Map<string, Uint8Array>} files the bundle's files by their path within it
 * @param {string | null} givenKey the verifier key received by another way; null believes the bundle's own
 */
export async function verifyBundle(files, givenKey) {
  const problems = []
  const check = async (what, work) => {
    try {
      await work()
    } catch (error) {
      problems.push(`${what}: ${error.message}`)
    }
  }
  const manifest = JSON.parse(textOf(files, 'manifest.json'))
  if (manifest.form !== bundleForm) throw new Error(`this is no bundle of the form ${bundleForm}`)
  const key = (givenKey ?? manifest.verifierKey).trim()
  const delivered = new Set()
  const disposed = new Set()
  let logSize = '0'
  await check('manifest.json', async () => {
    const signed = await openNote(textOf(files, 'manifest.note'), key)
    const digest = hexOf(await sha256(bytesOf(files, 'manifest.json')))
    need(signed === `${bundleForm}\n${digest}\n`, 'it is not the one that was signed')
    need(manifest.verifierKey === key, 'it names another key than the one given')
  })
  for (const name of files.keys()) {
    const listed = name in manifest.files || name === 'manifest.json' || name === 'manifest.note'
    if (!listed) problems.push(`${name}: it does not belong to the bundle`)
  }
  for (const [name, digest] of Object.entries(manifest.files)) {
    await check(name, async () => need(hexOf(await sha256(bytesOf(files, name))) === digest, 'it was changed'))
  }
  await check('checkpoint', async () => {
    logSize = String(readCheckpoint(await openNote(textOf(files, 'checkpoint'), key)).size)
  })
  for (const { file, proof, sequence, salt } of manifest.items) {
    await check(file, async () => {
      const entry = await provenEntry(textOf(files, proof), key)
      const committed = await sha256(joined(fromHex(salt), await sha256(bytesOf(files, file))))
      need(entry.kind === 'import' && entry.stream === manifest.stream, 'its proof is of another mailbox')
      need(entry.n === sequence && !delivered.has(sequence), 'its number is not that of its entry')
      need(entry.c === toBase64(committed), 'it is not what the log committed to')
      delivered.add(sequence)
    })
  }
  for (const { proof, sequence } of manifest.disposed) {
    await check(proof, async () => {
      const entry = await provenEntry(textOf(files, proof), key)
      need(entry.kind === 'disposition' && entry.stream === manifest.stream, 'it proves no disposal of this mailbox')
      need(entry.n === sequence, 'its number is not that of its entry')
      disposed.add(sequence)
    })
  }
  const notProduced = []
  for (let number = 1; number <= manifest.lastSequence; number += 1) {
    if (!delivered.has(number) && !disposed.has(number)) notProduced.push(number)
  }
  const facts = { mailbox: manifest.mailbox, delivered: delivered.size, disposed: [...disposed], notProduced, logSize }
  return { ok: problems.length === 0, problems, key, keyGiven: givenKey !== null, ...facts }
}

/** The entry whose leaf a proof leads to the signed root from. */
async function provenEntry(proof, key) {
  const end = proof.indexOf('\n\n')
  const [form, extra = '', index = '', ...path] = proof.slice(0, end).split('\n')
  need(form === 'c2sp.org/tlog-proof@v1' && extra.startsWith('extra ') && index.startsWith('index '), 'its proof has another form')
  const bytes = fromBase64(extra.slice(6))
  const { size, root } = readCheckpoint(await openNote(proof.slice(end + 2), key))
  const leaf = await sha256(joined(Uint8Array.of(0), bytes))
  need(await isIncluded(leaf, BigInt(index.slice(6)), size, path.map(fromBase64), root), 'its proof does not lead to the signed root')
  return JSON.parse(new TextDecoder().decode(bytes))
}

/** RFC 9162 §2.1.3.2. */
async function isIncluded(leaf, index, size, path, root) {
  if (index < 0n || index >= size) return false
  let place = index
  let last = size - 1n
  let computed = leaf
  for (const step of path) {
    if (last === 0n) return false
    if ((place & 1n) === 1n || place === last) {
      computed = await sha256(joined(Uint8Array.of(1), step, computed))
      while ((place & 1n) === 0n && place !== 0n) {
        place >>= 1n
        last >>= 1n
      }
    } else computed = await sha256(joined(Uint8Array.of(1), computed, step))
    place >>= 1n
    last >>= 1n
  }
  return last === 0n && hexOf(computed) === hexOf(root)
}

/** The text of a note that the key's holder signed (C2SP signed-note, Ed25519). */
async function openNote(note, verifierKey) {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifierKey)
  need(match, 'the key has another form')
  const [, name, id, encoded] = match
  const typed = fromBase64(encoded)
  need(typed.length === 33 && typed[0] === 1, 'the key is no Ed25519 key')
  const expected = (await sha256(joined(encoder.encode(`${name}\n`), typed))).slice(0, 4)
  need(hexOf(expected) === id, 'the key does not bear its own number')
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const publicKey = await crypto.subtle.importKey('raw', typed.slice(1), 'Ed25519', false, ['verify'])
  for (const line of end < 0 ? [] : note.slice(end + 2).split('\n')) {
    const [dash, signer, signature] = line.split(' ')
    if (dash !== '—' || signer !== name || signature === undefined) continue
    const bytes = fromBase64(signature)
    if (hexOf(bytes.slice(0, 4)) !== id) continue
    if (await crypto.subtle.verify('Ed25519', publicKey, bytes.slice(4), encoder.encode(text))) return text
  }
  throw new Error('it was changed, or another key signed it')
}

function readCheckpoint(text) {
  const [origin, size, root, rest] = text.split('\n')
  need(origin && /^(0|[1-9]\d*)$/.test(size ?? '') && root && rest !== undefined, 'the checkpoint has another form')
  return { size: BigInt(size), root: fromBase64(root) }
}

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

function bytesOf(files, name) {
  const bytes = files.get(name)
  need(bytes !== undefined, `${name} is missing`)
  return bytes
}

function textOf(files, name) {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(files, name))
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(hex) {
  need(/^([0-9a-f]{2})*$/.test(hex), 'a salt is not written in hexadecimal')
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Refuses what is not the one way to write its bytes: unused bits must not be a place to change something in. */
function fromBase64(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  need(toBase64(bytes) === text, 'base64 is not written as it should be')
  return bytes
}

function toBase64(bytes) {
  let letters = ''
  for (const byte of bytes) letters += String.fromCharCode(byte)
  return btoa(letters)
}

function need(holds, otherwise) {
  if (!holds) throw new Error(otherwise)
}

/** What was found, for a person. */
export function describe(found) {
  const ranges = rangesOf(found.notProduced)
  return [
    found.ok ? 'All is as it was entered into the log.' : 'This bundle is NOT as it was made.',
    ...found.problems.map((problem) => `  ${problem}`),
    `Mailbox ${found.mailbox}, in a log of ${found.logSize} entries:`,
    `  delivered     ${found.delivered}`,
    `  disposed of   ${found.disposed.length}${found.disposed.length > 0 ? `: ${rangesOf(found.disposed)}` : ''}`,
    `  not produced  ${found.notProduced.length}${ranges ? `: ${ranges}` : ''}`,
    `Key ${found.key}`,
    found.keyGiven
      ? '  as you gave it.'
      : '  as the bundle says: compare it with the one that its producer made known, or give that one.',
  ].join('\n')
}

/** `1-7, 9` */
function rangesOf(numbers) {
  const ranges = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === number - 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

async function readFolder(folder) {
  const { readdir, readFile } = await import('node:fs/promises')
  const { join, relative, sep } = await import('node:path')
  const files = new Map()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath ?? entry.path, entry.name)
    files.set(relative(folder, path).split(sep).join('/'), new Uint8Array(await readFile(path)))
  }
  return files
}

async function main([folder, option, key]) {
  if (!folder || (option && (option !== '--key' || !key))) {
    console.error('usage: node holdfast-verify.mjs FOLDER [--key KEY]')
    process.exit(2)
  }
  try {
    const found = await verifyBundle(await readFolder(folder), key ?? null)
    console.log(describe(found))
    process.exit(found.ok ? 0 : 1)
  } catch (error) {
    console.error(`This is no bundle that can be checked: ${error.message}`)
    process.exit(1)
  }
}

if (typeof process !== 'undefined' && process.argv?.[1]?.endsWith('holdfast-verify.mjs')) {
  await main(process.argv.slice(2))
}
