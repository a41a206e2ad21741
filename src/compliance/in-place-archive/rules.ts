/**
 * When items move to the archive area (Exchange Online's messaging records management): a personal tag on the item
 * decides, else the tag of its folder, else the mailbox's default tag. Pure.
 */
import { firstMessageIdAt, folderCodes, folderNames } from '../../domain/codes.ts'
import type { FolderName } from '../../domain/message.ts'

export type TagKind = 'default' | 'folder' | 'personal'

export interface ArchiveTag {
  readonly name: string
  readonly kind: TagKind
  /** Of a folder tag. */
  readonly folder: FolderName | null
  /** Days after the message was sent, which is when the mailbox received it; null: never. */
  readonly afterDays: number | null
}

const dayMs = 86_400_000

/** Items of messages below this id are due; null: none ever. Whole days, counted back from `asOf`. */
export function cutoffOf(afterDays: number | null, asOf: number): bigint | null {
  return afterDays === null ? null : firstMessageIdAt(Math.max(0, asOf - afterDays * dayMs))
}

/** What moves of each folder without a tag of its own on the item. */
export function folderCutoffs(
  tags: readonly ArchiveTag[],
  asOf: number,
): readonly { readonly folder: number; readonly cutoff: bigint }[] {
  const standard = tags.find(({ kind }) => kind === 'default')
  return folderNames.flatMap((folder) => {
    const tag = tags.find((one) => one.kind === 'folder' && one.folder === folder) ?? standard
    const cutoff = tag ? cutoffOf(tag.afterDays, asOf) : null
    return cutoff === null ? [] : [{ folder: folderCodes.codeOf(folder), cutoff }]
  })
}
