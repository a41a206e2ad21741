import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'

export function MailboxesPage() {
  const { t } = useTranslation('mailboxes')
  return <PageHeader title={t('mailboxes:title')} lead={t('mailboxes:lead')} />
}
