/** Real sound files of silence: Opus in Ogg as WhatsApp has it, AMR as WeCom has it. */

/** An Opus packet of 20 ms of silence (RFC 6716), and how far each moves the clock of 48 kHz. */
const silence = Buffer.from([0xf8, 0xff, 0xfe])
const samplesPerPacket = 960

/** A voice note of at most five seconds (RFC 3533, RFC 7845). */
export function makeOpusNote(seconds: number): Buffer {
  const packets = Array.from({ length: seconds * 50 }, () => silence)
  const head = Buffer.concat([Buffer.from('OpusHead'), Buffer.from([1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0])])
  const tags = Buffer.concat([Buffer.from('OpusTags'), text('holdfast'), Buffer.alloc(4)])
  return Buffer.concat([
    oggPage(0, 2, 0, [head]),
    oggPage(1, 0, 0, [tags]),
    oggPage(2, 4, packets.length * samplesPerPacket, packets),
  ])
}

/** Frames that say "no data", 20 ms each (RFC 4867). */
export function makeAmrNote(seconds: number): Buffer {
  return Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(seconds * 50, 0x7c)])
}

function text(words: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(words.length)
  return Buffer.concat([length, Buffer.from(words)])
}

/** Packets are shorter than 255 bytes, so that each is one segment. */
function oggPage(number: number, flags: number, granule: number, packets: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(27)
  header.write('OggS')
  header[5] = flags
  header.writeBigUInt64LE(BigInt(granule), 6)
  header.writeUInt32LE(1, 14)
  header.writeUInt32LE(number, 18)
  header[26] = packets.length
  const page = Buffer.concat([header, Buffer.from(packets.map((packet) => packet.length)), ...packets])
  page.writeUInt32LE(oggChecksum(page), 22)
  return page
}

/** CRC-32 with the polynomial 04c11db7, unreflected, as Ogg wants it. */
function oggChecksum(page: Buffer): number {
  let crc = 0
  for (const byte of page) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  return crc >>> 0
}
