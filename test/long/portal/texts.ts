/** The portal's own texts, by which its controls are found in every language. */
import { readFileSync } from 'node:fs'
import { languages } from '../../../src/api/endpoints/session.ts'

export { languages }
export type Language = (typeof languages)[number]
export type Text = (key: string, values?: Readonly<Record<string, string>>) => string

type Texts = { readonly [key: string]: string | Texts }

const folder = new URL('../../../src/portal/locales/', import.meta.url)

/** `text('connectors:step.terms')` as that language has it. */
export function textsOf(language: Language): Text {
  const files = new Map<string, Texts>()
  const open = (namespace: string): Texts => {
    const known = files.get(namespace)
    if (known) return known
    const texts = JSON.parse(readFileSync(new URL(`${language}/${namespace}.json`, folder), 'utf8')) as Texts
    files.set(namespace, texts)
    return texts
  }
  return (key, values = {}) => {
    const [namespace = '', path = ''] = key.split(':')
    let found: string | Texts | undefined = open(namespace)
    for (const step of path.split('.')) found = typeof found === 'object' ? found[step] : undefined
    if (typeof found !== 'string') throw new Error(`There is no text ${key} in ${language}.`)
    return found.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '')
  }
}
