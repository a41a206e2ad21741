import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../api/client.ts'
import { Notice } from '../../components/notices.tsx'

/** Says to the later of two people who was earlier, and lets him choose; what he typed stays until he does. */
export function ChangedMeanwhile(props: { error: unknown; onKeep: () => void; onTakeOver: () => void }) {
  const { error, onKeep, onTakeOver } = props
  const { t } = useTranslation('connectors')
  const by = error instanceof RequestRefused ? error.details.by : undefined
  return (
    <div role="alert">
      <Notice
        intent="warning"
        title={
          typeof by === 'string'
            ? t('connectors:changed.titleBy', { name: by })
            : t('connectors:changed.title')
        }
        actions={
          <>
            <Button onClick={onTakeOver}>{t('connectors:changed.takeOver')}</Button>
            <Button onClick={onKeep}>{t('connectors:changed.keep')}</Button>
          </>
        }
      >
        {t('connectors:changed.text')}
      </Notice>
    </div>
  )
}
