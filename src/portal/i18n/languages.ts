import { languages } from '../../api/endpoints/session.ts'

export type Language = (typeof languages)[number]

/** Each by its own name, so that whoever is lost in a language finds his. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  es: 'Español',
  'zh-Hans': '简体中文',
  sv: 'Svenska',
  it: 'Italiano',
}

/** The first of the browser's languages that the portal has; English where it has none. */
export function browserLanguage(wanted: readonly string[] = navigator.languages): Language {
  for (const tag of wanted) {
    const found = languages.find((one) => tag.toLowerCase().split('-')[0] === one.split('-')[0])
    if (found) return found
  }
  return 'en'
}
