import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageTabs } from '../../components/page-tabs.tsx'
import { OwnRequests } from '../people/own-requests.tsx'

export type Settings = Answer<'readSettings'>

/** Heading and tabs of the area. */
export function SettingsFrame({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation('settings')
  const may = useMay()
  const tabs = [
    { needs: 'readSettings', to: '/settings', label: t('settings:tabs.organisation') },
    { needs: 'readSettings', to: '/settings/sign-in', label: t('settings:tabs.signIn') },
    { needs: 'readSettings', to: '/settings/approvals', label: t('settings:tabs.approvals') },
    { needs: 'readSettings', to: '/settings/terms', label: t('settings:tabs.terms') },
    { needs: 'readSystem', to: '/settings/system', label: t('settings:tabs.system') },
  ] as const
  return (
    <>
      <PageHeader title={t('settings:title')} lead={t('settings:lead')} actions={actions} />
      <PageTabs label={t('settings:title')} tabs={tabs.filter(({ needs }) => may(needs))} />
      <OwnRequests />
      {children}
    </>
  )
}

/** A page of the area that shows and changes the settings. */
export function SettingsPage({ children }: { children: (settings: Settings) => ReactNode }) {
  const { t } = useTranslation('settings')
  const may = useMay()
  const settings = useCall('readSettings', undefined)
  return (
    <SettingsFrame>
      {!may('changeSettings') && <Notice>{t('settings:readOnly')}</Notice>}
      <Loaded call={settings}>{children}</Loaded>
    </SettingsFrame>
  )
}
