/** Reading JSON of unknown shape: every accessor answers something sensible for any value. */
import { isUtf8 } from 'node:buffer'
import { parseLosslessJson } from './lossless-json.ts'

export type Raw = { readonly [key: string]: unknown }

export type ParsedObject = { readonly raw: Raw } | { readonly problem: string }

/** The JSON object in the bytes, or why there is none. Never throws. */
export function parseObject(bytes: Uint8Array): ParsedObject {
  if (!isUtf8(bytes)) return { problem: 'the bytes are not valid UTF-8' }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  try {
    const value = parseLosslessJson(text)
    return isRaw(value) ? { raw: value } : { problem: 'the JSON is not an object' }
  } catch (error) {
    const tooDeep = error instanceof RangeError
    return {
      problem: tooDeep ? 'the JSON is nested too deep to be read' : 'the JSON is malformed or cut off',
    }
  }
}

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as text; an absent, null or structured value is empty. */
export function textOf(raw: Raw, key: string): string {
  return scalarText(raw[key])
}

export function scalarText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A finite number, also where the source wrote it as a string. */
export function numberOf(raw: Raw, key: string): number | undefined {
  return finiteNumber(raw[key])
}

export function finiteNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

export function objectOf(raw: Raw, key: string): Raw {
  const value = raw[key]
  return isRaw(value) ? value : {}
}

export function listOf(raw: Raw, key: string): readonly unknown[] {
  const value = raw[key]
  return Array.isArray(value) ? value : []
}

export function objectsOf(raw: Raw, key: string): readonly Raw[] {
  return listOf(raw, key).filter(isRaw)
}
