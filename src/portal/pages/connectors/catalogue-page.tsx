import { makeStyles, tokens } from '@fluentui/react-components'
import { ChatRegular } from '@fluentui/react-icons/svg/chat'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { connectorTypes } from '../../../api/endpoints/connectors.ts'
import { useMay } from '../../api/session.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { ConnectorTabs } from './connector-tabs.tsx'
import { type ConnectorType, folderNames, typeLabels } from './labels.ts'

const useStyles = makeStyles({
  cards: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(340px, 100%), 1fr))',
    gap: tokens.spacingHorizontalL,
    listStyle: 'none',
    margin: 0,
    padding: 0,
  },
  card: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    height: '100%',
    boxSizing: 'border-box',
    padding: tokens.spacingHorizontalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  icon: { fontSize: '32px', lineHeight: 1, color: tokens.colorBrandForeground1 },
  name: { margin: 0, fontSize: tokens.fontSizeBase400 },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, lineHeight: tokens.lineHeightBase300 },
  points: {
    margin: 0,
    listStyleType: 'disc',
    paddingInlineStart: '20px',
    display: 'grid',
    gap: tokens.spacingVerticalXXS,
  },
  link: {
    marginTop: 'auto',
    paddingTop: tokens.spacingVerticalS,
    color: tokens.colorBrandForegroundLink,
    fontWeight: tokens.fontWeightSemibold,
  },
})

const texts: Record<ConnectorType, string> = {
  whatsapp: 'connectors:catalogue.whatsapp',
  wechat: 'connectors:catalogue.wechat',
}

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
            <Card type={type} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Card({ type }: { type: ConnectorType }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const may = useMay()
  const name = t(typeLabels[type])
  return (
    <article className={styles.card}>
      <div className={styles.head}>
        <span className={styles.icon} aria-hidden>
          <ChatRegular />
        </span>
        <h2 className={styles.name}>{name}</h2>
      </div>
      <p className={styles.text}>{t(texts[type])}</p>
      <h3 className={styles.heading}>{t('connectors:product.whatTitle')}</h3>
      <ul className={styles.points}>
        <li>{t('connectors:catalogue.folder', { folder: folderNames[type] })}</li>
        <li>{t('connectors:catalogue.daily')}</li>
        <li>{t('connectors:catalogue.nothingLost')}</li>
      </ul>
      <h3 className={styles.heading}>{t('connectors:catalogue.needs')}</h3>
      <ul className={styles.points}>
        <li>{t('connectors:catalogue.needsAccount')}</li>
        <li>{t('connectors:catalogue.needsUsers')}</li>
      </ul>
      {may('createDraft') && (
        <Link className={styles.link} to="/connectors/catalogue/$type" params={{ type }}>
          {t('connectors:catalogue.view', { name })}
        </Link>
      )}
    </article>
  )
}
