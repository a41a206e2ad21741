import { makeStyles } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { type Language, languageNames } from '../../i18n/languages.ts'
import { type Page, wayLabels } from './labels.ts'

const useStyles = makeStyles({
  text: { margin: 0, whiteSpace: 'pre-line', overflowWrap: 'anywhere', maxWidth: '72ch' },
  ways: { margin: 0, paddingInlineStart: '20px' },
})

const order: readonly Language[] = ['en', 'es', 'zh-Hans', 'sv', 'it']

/** The notice in the language of the page, or in English, or in the first one there is. */
export function noticeIn({ texts }: Page['notice'], wanted: Language) {
  const language = [wanted, ...order].find((one) => texts[one] !== undefined)!
  return { language, text: texts[language]! }
}

/** What is captured, who sees it, how long it is kept, and what one's rights are. */
export function NoticeText({ page }: { page: Page }) {
  const { t, i18n } = useTranslation('activation')
  const { language, text } = noticeIn(page.notice, i18n.language as Language)
  return (
    <>
      {language !== i18n.language && (
        <Notice>{t('activation:page.otherLanguage', { language: languageNames[language] })}</Notice>
      )}
      <Section title={t('activation:notice.captured')}>
        <Words text={text.captured} language={language} />
        {page.ways.length > 0 && <Ways page={page} />}
      </Section>
      <Section title={t('activation:notice.seenBy')}>
        <Words text={text.seenBy} language={language} />
      </Section>
      <Section title={t('activation:notice.keeping')}>
        <Words text={text.keeping} language={language} />
      </Section>
      <Section title={t('activation:notice.rights')}>
        <Words text={text.rights} language={language} />
        <span>{t('activation:notice.version', { version: page.notice.version })}</span>
      </Section>
    </>
  )
}

function Words({ text, language }: { text: string; language: Language }) {
  const styles = useStyles()
  return (
    <p className={styles.text} lang={language}>
      {text}
    </p>
  )
}

function Ways({ page }: { page: Page }) {
  const styles = useStyles()
  const { t } = useTranslation('activation')
  return (
    <>
      <span>{t('activation:notice.ways')}</span>
      <ul className={styles.ways}>
        {page.ways.map(({ way }) => (
          <li key={way}>{t(wayLabels[way])}</li>
        ))}
      </ul>
    </>
  )
}
