import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ChoiceField } from '../../components/form.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { type Language, languageNames } from '../../i18n/languages.ts'
import { speak } from '../../i18n/start.ts'

const useStyles = makeStyles({
  page: {
    boxSizing: 'border-box',
    minHeight: '100vh',
    padding: '24px 16px 48px',
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 680px)',
    justifyContent: 'center',
    alignContent: 'start',
    '@media (max-width: 640px)': { padding: '16px 12px 40px' },
  },
  top: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: '8px 16px',
    alignItems: 'end',
    justifyContent: 'space-between',
    marginBottom: tokens.spacingVerticalL,
  },
  product: {
    margin: 0,
    color: tokens.colorBrandForeground1,
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
})

const choices = Object.entries(languageNames).map(([value, label]) => ({ value: value as Language, label }))

/** What stands around the page: no navigation, as whoever is here has no account; a choice of language. */
export function Frame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const styles = useStyles()
  const { t, i18n } = useTranslation('general')
  return (
    <main className={styles.page}>
      <div className={styles.top}>
        <p className={styles.product}>{t('general:product')}</p>
        <ChoiceField
          label={t('general:language')}
          value={i18n.language as Language}
          onChange={(language) => void speak(language)}
          choices={choices}
        />
      </div>
      <PageHeader title={title} lead={lead} />
      {children}
    </main>
  )
}
