import { Button } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../api/client.ts'
import { callKey, useChange } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { SidePanel } from '../../components/dialogs.tsx'
import { Buttons, Form } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { ChangedMeanwhile } from '../connectors/changed-meanwhile.tsx'
import { ApplicationFields } from '../destinations/application-fields.tsx'
import { graphFieldsOf, graphOf, isGraphFilled, keepsGraphSecret } from './graph-form.ts'
import type { Directory } from './labels.ts'

/** The application by which Microsoft Graph is asked, set up or changed. */
export function GraphPanel({ graph, onClose }: { graph: Directory['graph']; onClose: () => void }) {
  const { t } = useTranslation(['directory', 'general'])
  const form = useGraphChange(graph, onClose)
  const { fields, base, change, conflict, filled } = form
  return (
    <SidePanel
      open
      onClose={onClose}
      title={graph === null ? t('directory:graph.setUp') : t('directory:graph.change')}
    >
      <span>{t('directory:graph.needs')}</span>
      <Form onSubmit={form.save}>
        <ApplicationFields
          fields={fields}
          onChange={form.setFields}
          keepsSecret={keepsGraphSecret(fields, base)}
        />
        {conflict ? (
          <ChangedMeanwhile
            error={change.error}
            onKeep={() => void form.reload('keep')}
            onTakeOver={() => void form.reload('take-over')}
          />
        ) : (
          <ErrorNotice error={change.error} />
        )}
        <Buttons>
          <Button
            type="submit"
            appearance="primary"
            disabled={!filled}
            disabledFocusable={filled && change.isPending}
          >
            {t('general:action.save')}
          </Button>
          <Button onClick={onClose}>{t('general:action.cancel')}</Button>
        </Buttons>
      </Form>
    </SidePanel>
  )
}

/** Saved on the version one opened: who comes later is told, and what he typed stays until he decides. */
function useGraphChange(graph: Directory['graph'], onClose: () => void) {
  const { t } = useTranslation('general')
  const queries = useQueryClient()
  const notify = useNotify()
  const [base, setBase] = useState(graph)
  const [fields, setFields] = useState(() => graphFieldsOf(graph))
  const change = useChange('changeDirectory', {
    stale: ['readDirectory'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  const filled = isGraphFilled(fields, base)
  const save = () => {
    if (filled && !change.isPending)
      change.mutate({ body: { graph: graphOf(fields), version: base?.version ?? 0 } })
  }
  const reload = async (way: 'keep' | 'take-over') => {
    const now = await call('readDirectory')
    queries.setQueryData(callKey('readDirectory'), now)
    setBase(now.graph)
    if (way === 'take-over') setFields(graphFieldsOf(now.graph))
    change.reset()
  }
  const conflict = change.error instanceof RequestRefused && change.error.code === 'changed-meanwhile'
  return { base, fields, setFields, change, filled, save, reload, conflict }
}
