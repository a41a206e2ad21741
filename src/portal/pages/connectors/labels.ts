/** The texts of what the contract names by a word. */
import type { exceptionReasons } from '../../../api/endpoints/connectors.ts'
import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../components/status.tsx'

export type Connector = Answer<'readConnector'>
export type Run = Answer<'readRun'>
export type ConnectorType = Connector['type']

export const typeLabels: Record<ConnectorType, string> = {
  whatsapp: 'connectors:type.whatsapp',
  wechat: 'connectors:type.wechat',
}

/** As the folders in the mailboxes are named, in every language. */
export const folderNames: Record<ConnectorType, string> = {
  whatsapp: 'WhatsApp Archiver',
  wechat: 'WeChat Archiver',
}

export const healthLabels: Record<Connector['health'], { label: string; tone: Tone }> = {
  new: { label: 'connectors:health.new', tone: 'quiet' },
  running: { label: 'connectors:health.running', tone: 'busy' },
  healthy: { label: 'connectors:health.healthy', tone: 'good' },
  failing: { label: 'connectors:health.failing', tone: 'bad' },
  late: { label: 'connectors:health.late', tone: 'warning' },
  paused: { label: 'connectors:health.paused', tone: 'quiet' },
}

export const runStates: Record<Run['state'], { label: string; tone: Tone }> = {
  queued: { label: 'connectors:run.queued', tone: 'busy' },
  running: { label: 'connectors:run.running', tone: 'busy' },
  cancelling: { label: 'connectors:run.cancelling', tone: 'busy' },
  succeeded: { label: 'connectors:run.succeeded', tone: 'good' },
  failed: { label: 'connectors:run.failed', tone: 'bad' },
  cancelled: { label: 'connectors:run.cancelled', tone: 'quiet' },
}

export const runKinds: Record<Run['kind'], string> = {
  run: 'connectors:kind.run',
  window: 'connectors:kind.window',
  reprocess: 'connectors:kind.reprocess',
}

const phaseLabels: Readonly<Record<string, string>> = {
  queued: 'connectors:phase.queued',
  starting: 'connectors:phase.starting',
  'signing-in': 'connectors:phase.signingIn',
  transferring: 'connectors:phase.transferring',
  importing: 'connectors:phase.importing',
  reprocessing: 'connectors:phase.reprocessing',
  done: 'connectors:phase.done',
}

/** The server may grow phases before the portal does. */
export function phaseLabel(phase: string): string {
  return phaseLabels[phase] ?? 'connectors:phase.importing'
}

export const reasonLabels: Record<(typeof exceptionReasons)[number], { label: string; help: string }> = {
  undecodable: { label: 'connectors:reason.undecodable', help: 'connectors:reasonHelp.undecodable' },
  'participant-unmapped': {
    label: 'connectors:reason.participantUnmapped',
    help: 'connectors:reasonHelp.participantUnmapped',
  },
  'participant-partly-unmapped': {
    label: 'connectors:reason.participantPartlyUnmapped',
    help: 'connectors:reasonHelp.participantPartlyUnmapped',
  },
  'attachment-too-large': {
    label: 'connectors:reason.attachmentTooLarge',
    help: 'connectors:reasonHelp.attachmentTooLarge',
  },
  'attachment-damaged': {
    label: 'connectors:reason.attachmentDamaged',
    help: 'connectors:reasonHelp.attachmentDamaged',
  },
}

export function isRunning(run: Run | null): boolean {
  return run !== null && ['queued', 'running', 'cancelling'].includes(run.state)
}

/** Messages the run is done with: imported, there already, or set aside whole. One imported in part counts once. */
export function settledOf({ imported, duplicates, exceptions: { byReason } }: Run): number {
  return imported + duplicates + (byReason.undecodable ?? 0) + (byReason['participant-unmapped'] ?? 0)
}
