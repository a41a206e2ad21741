import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../../api/calls.ts'
import { Loaded } from '../../../components/notices.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { Exclusions } from './exclusions.tsx'
import { InvitedUsers } from './invited-users.tsx'
import { Notices } from './notices.tsx'
import { ActivationSettings } from './settings.tsx'

/** Everything about the activation of one account's users. */
export function AccountActivationPage() {
  const { id } = useParams({ from: '/signed-in/archiver-site/$id/activation' })
  const accountId = Number(id)
  const { t } = useTranslation(['activation', 'site'])
  const account = useCall('readAccount', { params: { id: accountId } })
  const activations = useCall('listActivations', { params: { id: accountId } })
  const crumbs = [
    { label: t('site:title'), to: '/archiver-site' },
    ...(account.data ? [{ label: account.data.name, to: `/archiver-site/${accountId}` }] : []),
  ]
  return (
    <>
      <PageHeader title={t('activation:admin.title')} lead={t('activation:admin.lead')} crumbs={crumbs} />
      <Loaded call={activations}>
        {(shown) => (
          <>
            <InvitedUsers accountId={accountId} activations={shown} />
            <ActivationSettings accountId={accountId} settings={shown.settings} />
          </>
        )}
      </Loaded>
      <Notices accountId={accountId} />
      <Exclusions accountId={accountId} />
    </>
  )
}
