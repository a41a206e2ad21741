import { makeStyles, tokens } from '@fluentui/react-components'
import { ChatRegular } from '@fluentui/react-icons/svg/chat'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { connectorTypes } from '../../../api/endpoints/connectors.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { ConnectorTabs } from './connector-tabs.tsx'
import { typeLabels } from './labels.ts'

const useStyles = makeStyles({
  cards: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))',
    gap: tokens.spacingHorizontalL,
    listStyle: 'none',
    margin: 0,
    padding: 0,
  },
  card: {
    display: 'grid',
    gridTemplateRows: 'auto auto 1fr auto',
    gap: tokens.spacingVerticalS,
    height: '100%',
    boxSizing: 'border-box',
    padding: tokens.spacingHorizontalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  icon: { fontSize: '32px', lineHeight: 1, color: tokens.colorBrandForeground1 },
  name: { margin: 0, fontSize: tokens.fontSizeBase400 },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
  link: { color: tokens.colorBrandForegroundLink, fontWeight: tokens.fontWeightSemibold },
})

const texts = {
  whatsapp: 'connectors:catalogue.whatsapp',
  wechat: 'connectors:catalogue.wechat',
} as const

export function CataloguePage() {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  return (
    <>
      <PageHeader title={t('connectors:title')} lead={t('connectors:lead')} />
      <ConnectorTabs />
      <ul className={styles.cards}>
        {connectorTypes.map((type) => (
          <li key={type}>
            <article className={styles.card}>
              <span className={styles.icon} aria-hidden>
                <ChatRegular />
              </span>
              <h2 className={styles.name}>{t(typeLabels[type])}</h2>
              <p className={styles.text}>{t(texts[type])}</p>
              <Link className={styles.link} to="/connectors/catalogue/$type" params={{ type }}>
                {t('connectors:catalogue.view', { name: t(typeLabels[type]) })}
              </Link>
            </article>
          </li>
        ))}
      </ul>
    </>
  )
}
