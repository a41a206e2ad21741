import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { connectorFacts } from '../../../api/endpoints/connectors.ts'
import { callKey } from '../../api/calls.ts'
import { useEvents } from '../../api/events.ts'
import { useNotify } from '../../components/notify.tsx'
import { type Connector, isRunning, runStates } from './labels.ts'

/** Keeps what is known of connectors as the server tells it while they run, and says when a run has ended. */
export function useRunProgress(): void {
  const queries = useQueryClient()
  const notify = useNotify()
  const { t } = useTranslation('connectors')
  const known = (id: number) =>
    queries.getQueryData<Connector>(connectorKey(id)) ??
    queries.getQueryData<Connector[]>(callKey('listConnectors'))?.find((one) => one.id === id)

  useEvents('followRuns', connectorFacts, {
    onEvent: (moved) => {
      const before = known(moved.id)?.lastRun ?? null
      queries.setQueryData<Connector>(connectorKey(moved.id), moved)
      queries.setQueryData<Connector[]>(callKey('listConnectors'), (list) =>
        list?.map((one) => (one.id === moved.id ? moved : one)),
      )
      // A run that ended is history, and may have left exceptions.
      if (isRunning(moved.lastRun)) return
      void queries.invalidateQueries({ queryKey: callKey('listRuns') })
      void queries.invalidateQueries({ queryKey: callKey('listExceptions') })
      if (moved.lastRun && isRunning(before) && before?.run === moved.lastRun.run) {
        const { state } = moved.lastRun
        notify({
          title: t('connectors:ended', { name: moved.name, state: t(runStates[state].label) }),
          intent: state === 'succeeded' ? 'success' : 'warning',
        })
      }
    },
    poll: () => {
      void queries.invalidateQueries({ queryKey: callKey('listConnectors') })
      void queries.invalidateQueries({ queryKey: callKey('readConnector') })
      void queries.invalidateQueries({ queryKey: callKey('listRuns') })
    },
  })
}

function connectorKey(id: number) {
  return callKey('readConnector', { params: { id } })
}
