import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { type ConnectorType, folderNames } from './labels.ts'

const useStyles = makeStyles({
  part: { display: 'grid', gap: tokens.spacingVerticalS, minWidth: 0 },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, lineHeight: tokens.lineHeightBase300 },
  text: { margin: 0, maxWidth: '72ch' },
  list: {
    margin: 0,
    paddingInlineStart: '20px',
    maxWidth: '72ch',
    display: 'grid',
    gap: tokens.spacingVerticalXS,
  },
})

const contents: Record<ConnectorType, string> = {
  whatsapp: 'connectors:product.whatsappContents',
  wechat: 'connectors:product.wechatContents',
}
const ways: Record<ConnectorType, string> = {
  whatsapp: 'connectors:product.whatsappWays',
  wechat: 'connectors:product.wechatWays',
}

/** What a connector brings, how it goes about it, and what must be there before. */
export function ProductDescription({ type }: { type: ConnectorType }) {
  const { t } = useTranslation('connectors')
  return (
    <>
      <Part
        title={t('connectors:product.whatTitle')}
        text={t(contents[type])}
        points={[
          t('connectors:product.folder', { folder: folderNames[type] }),
          t('connectors:product.mapping'),
          t('connectors:product.kept'),
          t('connectors:product.afterwards'),
        ]}
      />
      <Part
        title={t('connectors:product.howTitle')}
        points={[t(ways[type]), t('connectors:product.rhythm'), t('connectors:product.sizes')]}
      />
      <Part
        title={t('connectors:product.beforeTitle')}
        points={[
          t('connectors:product.beforeAccount'),
          t('connectors:product.beforeUsers'),
          t('connectors:product.beforeMailboxes'),
          t('connectors:product.beforeRole'),
        ]}
      />
    </>
  )
}

function Part({ title, text, points }: { title: string; text?: string; points: readonly string[] }) {
  const styles = useStyles()
  return (
    <section className={styles.part}>
      <h3 className={styles.heading}>{title}</h3>
      {text && <p className={styles.text}>{text}</p>}
      <ul className={styles.list}>
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </section>
  )
}
