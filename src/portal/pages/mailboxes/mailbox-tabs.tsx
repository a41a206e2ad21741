import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { PageTabs } from '../../components/page-tabs.tsx'

/** Nothing for whoever may only look into mailboxes. */
export function MailboxTabs() {
  const { t } = useTranslation('mailboxes')
  const may = useMay()
  if (!may('readDirectory')) return null
  return (
    <PageTabs
      label={t('mailboxes:title')}
      tabs={[
        { to: '/mailboxes', label: t('mailboxes:title') },
        { to: '/mailboxes/directory', label: t('mailboxes:directory') },
      ]}
    />
  )
}
