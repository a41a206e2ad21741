import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay, useSession } from '../../api/session.ts'
import { Notice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { PageLink } from '../../components/page-link.tsx'

/** What whoever looks has asked for and nobody has decided yet. */
export function OwnRequests() {
  const { t } = useTranslation('people')
  const may = useMay()
  const { user } = useSession()
  const approvals = useCall('listApprovals', undefined, { enabled: may('listApprovals') })
  const own = (approvals.data ?? []).filter(
    ({ state, requestedBy }) => state === 'waiting' && requestedBy === user.username,
  )
  if (own.length === 0) return null
  return (
    <Notice intent="warning" title={t('people:ownRequests.title', { count: own.length })}>
      {t('people:ownRequests.text')}{' '}
      <PageLink to="/people/approvals">{t('people:ownRequests.show')}</PageLink>
    </Notice>
  )
}

/** Says whether a change was made at once or waits for a second person. */
export function useTellOutcome(): (answer: { readonly state: 'done' | 'waiting' }, done: string) => void {
  const { t } = useTranslation('people')
  const notify = useNotify()
  return ({ state }, done) =>
    notify(
      state === 'done'
        ? { title: done }
        : { intent: 'warning', title: t('people:waits.title'), body: t('people:waits.text') },
    )
}
