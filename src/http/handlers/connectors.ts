import type { connectorEndpoints } from '../../api/endpoints/connectors.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function connectorHandlers(_parts: PortalParts): Handlers<typeof connectorEndpoints> {
  return {
    listConnectors: unfinished,
    readConnector: unfinished,
    changeConnector: unfinished,
    pauseConnector: unfinished,
    resumeConnector: unfinished,
    removeConnector: unfinished,
    downloadMapping: unfinished,
    uploadMapping: unfinished,
    previewConnectorMapping: unfinished,
    startRun: unfinished,
    listRuns: unfinished,
    readRun: unfinished,
    cancelRun: unfinished,
    downloadRunLog: unfinished,
    followRuns: unfinished,
    listExceptions: unfinished,
    downloadExceptions: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
