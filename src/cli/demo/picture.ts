/** Two small real pictures, made instead of shipped. */
import { crc32, deflateSync } from 'node:zlib'

/** A PNG (RFC 2083) whose colour of each dot is what `colourOf` says. */
export function makePng(
  width: number,
  height: number,
  colourOf: (x: number, y: number) => readonly [number, number, number],
): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.from([0, ...Array.from({ length: width }, (_unused, x) => colourOf(x, y)).flat()]),
  )
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const parts = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([signature, ...parts])
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(content.length, 0)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}

/** Code lengths of the usual luminance DC table (ITU-T T.81, table K.3), for differences of 0 to 11 bits. */
const dcCounts = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
const dcCodes = ['00', '010', '011', '100', '101', '110', '1110', '11110', '111110', '1111110']
/** Every block is flat: after its brightness there is only "end of block", one bit. */
const endOfBlock = '0'

/** A grey baseline JPEG (ITU-T T.81) of square tiles of 8 dots, each of one brightness from 0 to 255. */
export function makeJpeg(tiles: readonly (readonly number[])[]): Buffer {
  const width = tiles[0]!.length * 8
  const height = tiles.length * 8
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, [0, ...Array.from({ length: 64 }, () => 8)]),
    segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
    segment(0xc4, [0x00, ...dcCounts, ...dcCounts.flatMap((count, length) => symbolsBefore(length, count))]),
    segment(0xc4, [0x10, 1, ...Array.from({ length: 15 }, () => 0), 0]),
    segment(0xda, [1, 1, 0x00, 0, 63, 0]),
    scan(tiles.flat()),
    Buffer.from([0xff, 0xd9]),
  ])
}

function symbolsBefore(length: number, count: number): number[] {
  const first = dcCounts.slice(0, length).reduce((sum, one) => sum + one, 0)
  return Array.from({ length: count }, (_, place) => first + place)
}

function segment(marker: number, content: readonly number[]): Buffer {
  const length = content.length + 2
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...content])
}

function scan(brightness: readonly number[]): Buffer {
  let before = 0
  let bits = ''
  for (const value of brightness) {
    const difference = value - 128 - before
    before = value - 128
    bits += differenceBits(difference) + endOfBlock
  }
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g)!
  return Buffer.from(
    bytes.flatMap((byte) => {
      const value = Number.parseInt(byte, 2)
      return value === 0xff ? [0xff, 0x00] : [value]
    }),
  )
}

function differenceBits(difference: number): string {
  if (difference === 0) return dcCodes[0]!
  const length = Math.abs(difference).toString(2).length
  const value = difference > 0 ? difference : difference + 2 ** length - 1
  return dcCodes[length]! + value.toString(2).padStart(length, '0')
}
