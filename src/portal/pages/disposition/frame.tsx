import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { PageTabs } from '../../components/page-tabs.tsx'

/** Heading and tabs of the area. */
export function DispositionFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation('disposition')
  const may = useMay()
  const tabs = [
    { needs: 'readDisposition', to: '/disposition', label: t('disposition:tabs.runs') },
    { needs: 'listDispositionReviews', to: '/disposition/reviews', label: t('disposition:tabs.reviews') },
    { needs: 'listDisposed', to: '/disposition/disposed', label: t('disposition:tabs.disposed') },
  ] as const
  return (
    <>
      <PageHeader title={t('disposition:title')} lead={t('disposition:lead')} />
      <PageTabs label={t('disposition:title')} tabs={tabs.filter(({ needs }) => may(needs))} />
      {children}
    </>
  )
}
