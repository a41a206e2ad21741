/** What the bench measures, as it stands in the results' JSON. */

import type { DeliveryFigures } from './delivery.ts'
import type { HookFigures } from './hooks.ts'
import type { ImportFigures, StoredBytes } from './import.ts'
import type { Machine } from './machine.ts'
import type { PortalFigures } from './portal.ts'
import type { RecordFigures } from './records.ts'
import type { SearchFigure } from './search.ts'

export const partNames = [
  'archive',
  'portal',
  'attachment',
  'delivery',
  'hooks',
  'records',
  'parse',
  'peers',
] as const
export type PartName = (typeof partNames)[number]

export interface Plan {
  readonly parts: readonly PartName[]
  readonly sizes: readonly number[]
  readonly portalMessages: number
  readonly deliveryMessages: number
  readonly attachmentBytes: number
  readonly attachmentMessages: number
  readonly peerMessages: number
  readonly recordMessages: number
  /** Of the log whose paths are timed. */
  readonly logEntries: number
}

export interface SizeFigures {
  readonly messages: number
  /** When the import began. */
  readonly loadAverage: number
  readonly capture: { readonly messagesPerSecond: number; readonly peakResidentMegabytes: number | null }
  readonly import: ImportFigures & { readonly bytesPerMessage: StoredBytes }
  readonly searches: readonly SearchFigure[]
}

export interface PeerFigure {
  readonly peer: string
  /** Null where it is not installed or cannot be run here. */
  readonly messagesPerSecond: number | null
  readonly note: string
}

export interface Results {
  readonly command: string
  readonly machine: Machine
  readonly sizes: readonly SizeFigures[]
  readonly portal?: PortalFigures
  readonly delivery?: DeliveryFigures
  readonly hooks?: HookFigures
  readonly records?: RecordFigures
  readonly attachment?: {
    readonly bytes: number
    readonly messages: number
    readonly peakResidentMegabytes: number
    readonly peakResidentMegabytesWithout: number
  }
  readonly whatsappParse?: Readonly<Record<string, number>>
  readonly peers?: { readonly messages: number; readonly figures: readonly PeerFigure[] }
}
