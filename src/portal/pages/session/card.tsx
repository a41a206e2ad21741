import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'

const useStyles = makeStyles({
  page: {
    minHeight: '100vh',
    boxSizing: 'border-box',
    padding: '24px 16px',
    display: 'grid',
    placeItems: 'center',
    gridTemplateColumns: 'minmax(0, 1fr)',
  },
  card: {
    width: '100%',
    maxWidth: '420px',
    boxSizing: 'border-box',
    padding: '32px',
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow16,
    backgroundColor: tokens.colorNeutralBackground1,
    '@media (max-width: 640px)': { padding: '24px 20px' },
  },
  product: {
    margin: '0 0 20px',
    color: tokens.colorBrandForeground1,
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
})

/** The frame of pages before anybody is signed in. */
export function Card(props: {
  title: string
  lead?: ReactNode
  organisation?: string | null
  children: ReactNode
}) {
  const { title, lead, organisation, children } = props
  const styles = useStyles()
  const { t } = useTranslation('general')
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <p className={styles.product}>
          {t('general:product')}
          {organisation ? ` · ${organisation}` : ''}
        </p>
        <PageHeader title={title} lead={lead} />
        {children}
      </div>
    </main>
  )
}
