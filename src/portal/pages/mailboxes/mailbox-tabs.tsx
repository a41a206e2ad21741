import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { PageTabs } from '../../components/page-tabs.tsx'

/** Nothing for whoever may only look into mailboxes. */
export function MailboxTabs() {
  const { t } = useTranslation(['mailboxes', 'archives'])
  const may = useMay()
  const tabs = [
    { needs: 'listMailboxes', to: '/mailboxes', label: t('mailboxes:title') },
    { needs: 'readDirectory', to: '/mailboxes/directory', label: t('mailboxes:directory') },
    { needs: 'readArchives', to: '/mailboxes/archives', label: t('archives:tab') },
  ] as const
  const shown = tabs.filter(({ needs }) => may(needs))
  if (shown.length < 2) return null
  return <PageTabs label={t('mailboxes:title')} tabs={shown} />
}
