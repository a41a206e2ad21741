import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { Section } from '../../components/form.tsx'
import { PageLink } from '../../components/page-link.tsx'

const useStyles = makeStyles({
  list: { margin: 0, paddingInlineStart: '24px', display: 'grid', gap: tokens.spacingVerticalS },
})

/** The way from an empty archive to the first imported message. */
export function FirstSteps() {
  const styles = useStyles()
  const { t } = useTranslation('home')
  const may = useMay()
  return (
    <Section title={t('home:first.title')} text={t('home:first.text')}>
      <ol className={styles.list}>
        {may('uploadMailboxes') && (
          <li>
            {t('home:first.mailboxes')} <PageLink to="/mailboxes">{t('home:link.mailboxes')}</PageLink>
          </li>
        )}
        {may('createAccount') && (
          <li>
            {t('home:first.account')} <PageLink to="/archiver-site">{t('home:link.site')}</PageLink>
          </li>
        )}
        {may('createDraft') && (
          <li>
            {t('home:first.connector')}{' '}
            <PageLink to="/connectors/catalogue">{t('home:link.addConnector')}</PageLink>
          </li>
        )}
        <li>
          {t('home:first.people')} <PageLink to="/people">{t('home:link.people')}</PageLink>
        </li>
      </ol>
    </Section>
  )
}
