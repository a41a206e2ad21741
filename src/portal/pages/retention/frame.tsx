import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { PageTabs } from '../../components/page-tabs.tsx'

/** Heading and tabs of the area. */
export function RetentionFrame({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation('retention')
  const may = useMay()
  const tabs = [
    { needs: 'listRetentionPolicies', to: '/retention', label: t('retention:tabs.policies') },
    { needs: 'listRetentionLabels', to: '/retention/labels', label: t('retention:tabs.labels') },
    { needs: 'listAdaptiveScopes', to: '/retention/scopes', label: t('retention:tabs.scopes') },
  ] as const
  return (
    <>
      <PageHeader title={t('retention:title')} lead={t('retention:lead')} actions={actions} />
      <PageTabs label={t('retention:title')} tabs={tabs.filter(({ needs }) => may(needs))} />
      {children}
    </>
  )
}
