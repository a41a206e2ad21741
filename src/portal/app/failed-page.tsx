import { Button } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../components/notices.tsx'
import { PageHeader } from '../components/page-header.tsx'

export function MissingPage() {
  const { t } = useTranslation('general')
  return (
    <>
      <PageHeader title={t('general:missing.title')} lead={t('general:missing.text')} />
      <Link to="/">{t('general:missing.home')}</Link>
    </>
  )
}

/** A deep link to what one's roles do not open. */
export function ClosedPage() {
  const { t } = useTranslation('general')
  return <PageHeader title={t('general:closed.title')} lead={t('general:closed.text')} />
}

export function FailedPage({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation('general')
  return (
    <>
      <PageHeader title={t('general:failed.title')} />
      <ErrorNotice error={error} onRetry={reset} />
      <Button onClick={() => location.reload()}>{t('general:failed.reload')}</Button>
    </>
  )
}
