/** A zip of a few small files, stored as they are (PKWARE's APPNOTE, 4.3). */
import { crc32 } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly content: Buffer
}

/** 17 March 2026, noon, in the form of MS-DOS. */
const stamp = { time: 12 << 11, date: ((2026 - 1980) << 9) | (3 << 5) | 17 }
/** Names are UTF-8. */
const utf8Flag = 0x0800

export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const local = localHeader(entry)
    files.push(local, entry.content)
    directory.push(centralHeader(entry, offset))
    offset += local.length + entry.content.length
  }
  const directoryBytes = directory.reduce((sum, header) => sum + header.length, 0)
  return Buffer.concat([...files, ...directory, endOfDirectory(entries.length, directoryBytes, offset)])
}

function localHeader(entry: ZipEntry): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  writeFacts(header, 4, entry)
  return Buffer.concat([header, Buffer.from(entry.name)])
}

function centralHeader(entry: ZipEntry, offset: number): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(20, 4)
  writeFacts(header, 6, entry)
  header.writeUInt32LE(offset, 42)
  return Buffer.concat([header, Buffer.from(entry.name)])
}

/** What both headers say, in the same order. */
function writeFacts(header: Buffer, at: number, { name, content }: ZipEntry): void {
  header.writeUInt16LE(20, at)
  header.writeUInt16LE(utf8Flag, at + 2)
  header.writeUInt16LE(stamp.time, at + 6)
  header.writeUInt16LE(stamp.date, at + 8)
  header.writeUInt32LE(crc32(content), at + 10)
  header.writeUInt32LE(content.length, at + 14)
  header.writeUInt32LE(content.length, at + 18)
  header.writeUInt16LE(Buffer.byteLength(name), at + 22)
}

function endOfDirectory(entries: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries, 8)
  end.writeUInt16LE(entries, 10)
  end.writeUInt32LE(bytes, 12)
  end.writeUInt32LE(offset, 16)
  return end
}
