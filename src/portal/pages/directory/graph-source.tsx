import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { cloudLabels, credentialLabels } from '../destinations/labels.ts'
import { GraphPanel } from './graph-panel.tsx'
import type { Directory } from './labels.ts'

type Graph = NonNullable<Directory['graph']>

/** The application by which Microsoft Graph is asked: none yet, or which one. */
export function GraphSource({ graph }: { graph: Graph | null }) {
  const { t } = useTranslation('directory')
  const may = useMay()
  const [open, setOpen] = useState<'panel' | 'stop' | null>(null)
  const close = () => setOpen(null)
  return (
    <Section title={t('directory:graph.title')} text={t('directory:graph.text')}>
      {graph === null ? <span>{t('directory:graph.needs')}</span> : <Application graph={graph} />}
      {may('changeDirectory') && (
        <Buttons>
          <Button appearance={graph === null ? 'primary' : 'secondary'} onClick={() => setOpen('panel')}>
            {graph === null ? t('directory:graph.setUp') : t('directory:graph.change')}
          </Button>
          {graph && <Button onClick={() => setOpen('stop')}>{t('directory:graph.stop')}</Button>}
        </Buttons>
      )}
      {open === 'panel' && <GraphPanel graph={graph} onClose={close} />}
      {open === 'stop' && graph && <StopDialog version={graph.version} onClose={close} />}
    </Section>
  )
}

function Application({ graph }: { graph: Graph }) {
  const { t } = useTranslation('delivery')
  const { cloud, tenantId, clientId, credential } = graph.settings
  return (
    <Facts
      facts={[
        { name: t('delivery:field.cloud'), value: t(cloudLabels[cloud]) },
        { name: t('delivery:field.tenant'), value: tenantId },
        { name: t('delivery:field.client'), value: clientId },
        { name: t('delivery:field.credential'), value: t(credentialLabels[credential]) },
      ]}
    />
  )
}

function StopDialog({ version, onClose }: { version: number; onClose: () => void }) {
  const { t } = useTranslation('directory')
  const stop = useChange('changeDirectory', { stale: ['readDirectory'], onSuccess: onClose })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('directory:graph.stopTitle')}
      confirm={t('directory:graph.stop')}
      onConfirm={() => stop.mutate({ body: { graph: null, version } })}
      pending={stop.isPending}
      error={stop.error}
    >
      {t('directory:graph.stopText')}
    </ConfirmDialog>
  )
}
