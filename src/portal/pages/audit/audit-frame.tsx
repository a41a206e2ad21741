import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { PageTabs } from '../../components/page-tabs.tsx'

/** Heading and tabs of the area. */
export function AuditFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation('audit')
  const may = useMay()
  const tabs = [
    { needs: 'searchAudit', to: '/audit', label: t('audit:tabs.search') },
    { needs: 'listAuditPolicies', to: '/audit/retention', label: t('audit:tabs.retention') },
  ] as const
  return (
    <>
      <PageHeader title={t('audit:title')} lead={t('audit:lead')} />
      <PageTabs label={t('audit:title')} tabs={tabs.filter(({ needs }) => may(needs))} />
      {children}
    </>
  )
}
