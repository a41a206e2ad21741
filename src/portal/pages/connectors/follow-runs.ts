import { useQueryClient } from '@tanstack/react-query'
import { connectorFacts } from '../../../api/endpoints/connectors.ts'
import { callKey } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useEvents } from '../../api/events.ts'
import { isRunning } from './labels.ts'

type Connector = Answer<'readConnector'>

/** Keeps what is known of connectors as the server tells it while they run. */
export function useRunProgress(): void {
  const queries = useQueryClient()
  useEvents('followRuns', connectorFacts, {
    onEvent: (moved) => {
      queries.setQueryData<Connector>(connectorKey(moved.id), moved)
      queries.setQueryData<Connector[]>(callKey('listConnectors'), (known) =>
        known?.map((one) => (one.id === moved.id ? moved : one)),
      )
      // A run that ended is history, and may have left exceptions.
      if (isRunning(moved.lastRun)) return
      void queries.invalidateQueries({ queryKey: callKey('listRuns') })
      void queries.invalidateQueries({ queryKey: callKey('listExceptions') })
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
