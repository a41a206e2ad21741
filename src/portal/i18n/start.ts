import i18next, { type BackendModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { languages } from '../../api/endpoints/session.ts'
import { browserLanguage, type Language } from './languages.ts'

type Texts = { [key: string]: string | Texts }

const files = import.meta.glob<Texts>('../locales/*/*.json', { import: 'default' })

const backend: BackendModule = {
  type: 'backend',
  init() {},
  read(language, namespace, done) {
    const load = files[`../locales/${language}/${namespace}.json`]
    if (!load) return done(new Error(`No texts ${language}/${namespace}.`), null)
    load().then(
      (texts) => done(null, withManyForms(texts)),
      (error: Error) => done(error, null),
    )
  },
}

/** Spanish and Italian have a form for whole millions; it is the ordinary plural unless a text says otherwise. */
function withManyForms(texts: Texts): Texts {
  const filled: Texts = {}
  for (const [key, value] of Object.entries(texts)) {
    filled[key] = typeof value === 'string' ? value : withManyForms(value)
    if (key.endsWith('_other')) filled[key.replace(/_other$/, '_many')] ??= value
  }
  return filled
}

/** Loads the first texts; other namespaces follow when a page asks for them. */
export async function startLanguages(): Promise<void> {
  document.documentElement.lang = browserLanguage()
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language
  })
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: browserLanguage(),
      supportedLngs: [...languages],
      fallbackLng: false,
      load: 'currentOnly',
      ns: ['general', 'errors'],
      defaultNS: 'general',
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    })
}

/** The language a person chose, else the browser's. */
export async function speak(language: Language | null): Promise<void> {
  const wanted = language ?? browserLanguage()
  if (i18next.language !== wanted) await i18next.changeLanguage(wanted)
}
