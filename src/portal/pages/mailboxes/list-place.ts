import type { AreaName } from '../../../domain/codes.ts'
import type { FolderName } from '../../../domain/message.ts'

/** A list of a mailbox's items; without a folder, of all of them. */
export interface ItemFolder {
  readonly mailboxId: number
  readonly folder: FolderName | undefined
  readonly area: AreaName
}

export interface ListPlace extends ItemFolder {
  readonly index: number
}

const rows = new Map<string, number>()
let last: ListPlace | null = null

/** Where one is in a list: for when one comes back from an item, or goes on to the next one. */
export const listPlaces = {
  rowOf: ({ mailboxId, folder, area }: ItemFolder): number => rows.get(`${mailboxId} ${folder} ${area}`) ?? 0,
  keep(place: ListPlace): void {
    rows.set(`${place.mailboxId} ${place.folder} ${place.area}`, place.index)
    last = place
  },
  /** The list that was read last, where it is one of the mailbox. */
  lastOf: (mailboxId: number): ListPlace | null => (last?.mailboxId === mailboxId ? last : null),
}
