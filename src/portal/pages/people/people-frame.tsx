import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { PageTabs } from '../../components/page-tabs.tsx'
import { OwnRequests } from './own-requests.tsx'

/** Heading and tabs of the area, with what of one's own waits for a second person. */
export function PeopleFrame({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation('people')
  const may = useMay()
  const approvals = useCall('listApprovals', undefined, { enabled: may('listApprovals') })
  const waiting = approvals.data?.filter(({ mayDecide }) => mayDecide).length ?? 0
  const tabs = [
    { needs: 'listUsers', to: '/people', label: t('people:tabs.users') },
    { needs: 'listRoleGroups', to: '/people/role-groups', label: t('people:tabs.roleGroups') },
    { needs: 'listSearchFilters', to: '/people/search-filters', label: t('people:tabs.searchFilters') },
    {
      needs: 'listApprovals',
      to: '/people/approvals',
      label:
        waiting === 0 ? t('people:tabs.approvals') : t('people:tabs.approvalsWaiting', { count: waiting }),
    },
  ] as const
  return (
    <>
      <PageHeader title={t('people:title')} lead={t('people:lead')} actions={actions} />
      <PageTabs label={t('people:title')} tabs={tabs.filter(({ needs }) => may(needs))} />
      <OwnRequests />
      {children}
    </>
  )
}
