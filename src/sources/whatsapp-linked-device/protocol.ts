/**
 * WhatsApp's protobuf as far as messages are read from it. Only names and numbers of fields are here; what a message has
 * beyond them is kept in its raw bytes.
 */
import protobuf from 'protobufjs/light.js'

type Fields = Readonly<Record<string, string>>

/** `name: 'number type'`, with `*` for repeated. */
const types: Readonly<Record<string, Fields>> = {
  MessageKey: { remoteJid: '1 string', fromMe: '2 bool', id: '3 string', participant: '4 string' },
  ContextInfo: {
    ...{ stanzaId: '1 string', participant: '2 string', quotedMessage: '3 Message', remoteJid: '4 string' },
    ...{
      mentionedJid: '15 *string',
      forwardingScore: '21 uint32',
      isForwarded: '22 bool',
      expiration: '25 uint32',
    },
  },
  ImageMessage: {
    ...{
      url: '1 string',
      mimetype: '2 string',
      caption: '3 string',
      fileSha256: '4 bytes',
      fileLength: '5 uint64',
    },
    ...{
      height: '6 uint32',
      width: '7 uint32',
      mediaKey: '8 bytes',
      fileEncSha256: '9 bytes',
      directPath: '11 string',
    },
    ...{ mediaKeyTimestamp: '12 int64', contextInfo: '17 ContextInfo', viewOnce: '25 bool' },
  },
  VideoMessage: {
    ...{
      url: '1 string',
      mimetype: '2 string',
      fileSha256: '3 bytes',
      fileLength: '4 uint64',
      seconds: '5 uint32',
    },
    ...{
      mediaKey: '6 bytes',
      caption: '7 string',
      gifPlayback: '8 bool',
      height: '9 uint32',
      width: '10 uint32',
    },
    ...{ fileEncSha256: '11 bytes', directPath: '13 string', mediaKeyTimestamp: '14 int64' },
    ...{ contextInfo: '17 ContextInfo', viewOnce: '20 bool' },
  },
  AudioMessage: {
    ...{
      url: '1 string',
      mimetype: '2 string',
      fileSha256: '3 bytes',
      fileLength: '4 uint64',
      seconds: '5 uint32',
    },
    ...{ ptt: '6 bool', mediaKey: '7 bytes', fileEncSha256: '8 bytes', directPath: '9 string' },
    ...{ mediaKeyTimestamp: '10 int64', contextInfo: '17 ContextInfo', viewOnce: '21 bool' },
  },
  DocumentMessage: {
    ...{
      url: '1 string',
      mimetype: '2 string',
      title: '3 string',
      fileSha256: '4 bytes',
      fileLength: '5 uint64',
    },
    ...{ pageCount: '6 uint32', mediaKey: '7 bytes', fileName: '8 string', fileEncSha256: '9 bytes' },
    ...{
      directPath: '10 string',
      mediaKeyTimestamp: '11 int64',
      contextInfo: '17 ContextInfo',
      caption: '20 string',
    },
  },
  StickerMessage: {
    ...{
      url: '1 string',
      fileSha256: '2 bytes',
      fileEncSha256: '3 bytes',
      mediaKey: '4 bytes',
      mimetype: '5 string',
    },
    ...{ height: '6 uint32', width: '7 uint32', directPath: '8 string', fileLength: '9 uint64' },
    ...{ mediaKeyTimestamp: '10 int64', isAnimated: '13 bool', contextInfo: '17 ContextInfo' },
  },
  ContactMessage: { displayName: '1 string', vcard: '16 string', contextInfo: '17 ContextInfo' },
  ContactsArrayMessage: {
    displayName: '1 string',
    contacts: '2 *ContactMessage',
    contextInfo: '17 ContextInfo',
  },
  LocationMessage: {
    ...{ degreesLatitude: '1 double', degreesLongitude: '2 double', name: '3 string', address: '4 string' },
    ...{ url: '5 string', isLive: '6 bool', comment: '11 string', contextInfo: '17 ContextInfo' },
  },
  LiveLocationMessage: {
    ...{
      degreesLatitude: '1 double',
      degreesLongitude: '2 double',
      caption: '6 string',
      sequenceNumber: '7 int64',
    },
    ...{ contextInfo: '17 ContextInfo' },
  },
  ExtendedTextMessage: {
    ...{ text: '1 string', matchedText: '2 string', canonicalUrl: '4 string', description: '5 string' },
    ...{ title: '6 string', contextInfo: '17 ContextInfo' },
  },
  ProtocolMessage: {
    ...{ key: '1 MessageKey', type: '2 int32', ephemeralExpiration: '4 uint32' },
    ...{ editedMessage: '14 Message', timestampMs: '15 int64' },
  },
  GroupInviteMessage: {
    ...{ groupJid: '1 string', inviteCode: '2 string', inviteExpiration: '3 int64', groupName: '4 string' },
    ...{ caption: '6 string', contextInfo: '7 ContextInfo' },
  },
  ReactionMessage: {
    key: '1 MessageKey',
    text: '2 string',
    groupingKey: '3 string',
    senderTimestampMs: '4 int64',
  },
  PollOption: { optionName: '1 string' },
  PollCreationMessage: {
    ...{
      name: '2 string',
      options: '3 *PollOption',
      selectableOptionsCount: '4 uint32',
      contextInfo: '5 ContextInfo',
    },
  },
  PollVote: { encPayload: '1 bytes', encIv: '2 bytes' },
  PollUpdateMessage: {
    pollCreationMessageKey: '1 MessageKey',
    vote: '2 PollVote',
    senderTimestampMs: '4 int64',
  },
  OrderMessage: { orderId: '1 string', itemCount: '3 int32', message: '6 string', orderTitle: '7 string' },
  EventMessage: {
    ...{ contextInfo: '1 ContextInfo', isCanceled: '2 bool', name: '3 string', description: '4 string' },
    ...{ location: '5 LocationMessage', joinLink: '6 string', startTime: '7 int64' },
  },
  AlbumMessage: {
    expectedImageCount: '2 uint32',
    expectedVideoCount: '3 uint32',
    contextInfo: '17 ContextInfo',
  },
  CallParticipant: { jid: '1 string', callOutcome: '2 int32' },
  CallLogMessage: {
    ...{ isVideo: '1 bool', callOutcome: '2 int32', durationSecs: '3 int64', callType: '4 int32' },
    ...{ participants: '5 *CallParticipant' },
  },
  KeepInChatMessage: { key: '1 MessageKey', keepType: '2 int32', timestampMs: '3 int64' },
  PinInChatMessage: { key: '1 MessageKey', type: '2 int32', senderTimestampMs: '3 int64' },
  FutureProofMessage: { message: '1 Message' },
  DeviceSentMessage: { destinationJid: '1 string', message: '2 Message' },
  MessageContextInfo: { messageSecret: '3 bytes' },
  Message: {
    ...{ conversation: '1 string', imageMessage: '3 ImageMessage', contactMessage: '4 ContactMessage' },
    ...{ locationMessage: '5 LocationMessage', extendedTextMessage: '6 ExtendedTextMessage' },
    ...{
      documentMessage: '7 DocumentMessage',
      audioMessage: '8 AudioMessage',
      videoMessage: '9 VideoMessage',
    },
    ...{ protocolMessage: '12 ProtocolMessage', contactsArrayMessage: '13 ContactsArrayMessage' },
    ...{ liveLocationMessage: '18 LiveLocationMessage', stickerMessage: '26 StickerMessage' },
    ...{ groupInviteMessage: '28 GroupInviteMessage', deviceSentMessage: '31 DeviceSentMessage' },
    ...{ messageContextInfo: '35 MessageContextInfo', viewOnceMessage: '37 FutureProofMessage' },
    ...{ orderMessage: '38 OrderMessage', ephemeralMessage: '40 FutureProofMessage' },
    ...{ reactionMessage: '46 ReactionMessage', pollCreationMessage: '49 PollCreationMessage' },
    ...{ pollUpdateMessage: '50 PollUpdateMessage', keepInChatMessage: '51 KeepInChatMessage' },
    ...{ documentWithCaptionMessage: '53 FutureProofMessage', viewOnceMessageV2: '55 FutureProofMessage' },
    ...{ editedMessage: '58 FutureProofMessage', viewOnceMessageV2Extension: '59 FutureProofMessage' },
    ...{ pollCreationMessageV2: '60 PollCreationMessage', pinInChatMessage: '63 PinInChatMessage' },
    ...{ pollCreationMessageV3: '64 PollCreationMessage', ptvMessage: '66 VideoMessage' },
    ...{ callLogMesssage: '69 CallLogMessage', lottieStickerMessage: '74 FutureProofMessage' },
    ...{ eventMessage: '75 EventMessage', albumMessage: '83 AlbumMessage' },
  },
  WebMessageInfo: {
    ...{ key: '1 MessageKey', message: '2 Message', messageTimestamp: '3 uint64', status: '4 int32' },
    ...{ participant: '5 string', pushName: '19 string', messageStubType: '24 int32' },
    ...{ messageStubParameters: '26 *string' },
  },
  CallLogParticipant: { userJid: '1 string', callResult: '2 int32' },
  CallLogRecord: {
    ...{ callResult: '1 int32', silenceReason: '3 int32', duration: '4 int64', startTime: '5 int64' },
    ...{ isIncoming: '6 bool', isVideo: '7 bool', callId: '11 string', callCreatorJid: '12 string' },
    ...{ groupJid: '13 string', participants: '14 *CallLogParticipant', callType: '15 int32' },
  },
}

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(types).map(([name, fields]) => [
      name,
      {
        fields: Object.fromEntries(
          Object.entries(fields).map(([field, written]) => {
            const [id, type] = written.split(' ') as [string, string]
            const repeated = type.startsWith('*')
            return [
              field,
              { id: Number(id), type: type.replace('*', ''), ...(repeated ? { rule: 'repeated' } : {}) },
            ]
          }),
        ),
      },
    ]),
  ),
})

const webMessageInfo = root.lookupType('WebMessageInfo')
const callLogRecord = root.lookupType('CallLogRecord')
const messageType = root.lookupType('Message')

/** As the library's JSON has it, but for bytes (base64) and 64-bit numbers (text). Throws for what is no such message. */
export function readWebMessageInfo(bytes: Uint8Array): Record<string, unknown> {
  return plain(webMessageInfo, bytes)
}

/** The message within, without its surroundings. */
export function readMessageContent(bytes: Uint8Array): Record<string, unknown> {
  return plain(messageType, bytes)
}

export function readCallLogRecord(bytes: Uint8Array): Record<string, unknown> {
  return plain(callLogRecord, bytes)
}

function plain(type: protobuf.Type, bytes: Uint8Array): Record<string, unknown> {
  return type.toObject(type.decode(bytes), { longs: String, bytes: String })
}

/** The fields of a message with the bytes they hold: for numbers their value. Throws RangeError for bytes that end early. */
export function* fieldsOf(bytes: Uint8Array): Generator<{ id: number; value: Uint8Array | number }> {
  const reader = protobuf.Reader.create(bytes)
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    const wire = tag & 7
    if (wire === 2) yield { id: tag >>> 3, value: reader.bytes() }
    else if (wire === 0) yield { id: tag >>> 3, value: Number(reader.uint64()) }
    else reader.skipType(wire)
  }
}
