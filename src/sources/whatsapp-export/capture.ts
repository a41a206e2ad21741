/** The second reading: cuts the text into records and finds the files they name. */
import type {
  CapturedAttachment,
  CapturedGap,
  CapturedRecord,
  CaptureInput,
  RecordIdentity,
} from '../source.ts'
import { splitAuthor } from './authors.ts'
import { type BodyCircumstances, readBody } from './body.ts'
import { chatNameOf, withoutCopyNumber } from './chat-name.ts'
import { type ChatContext, cappedAuthors, toRecordContext } from './context.ts'
import { codecOf } from './encoding.ts'
import { createGaps, type Gaps } from './gaps.ts'
import { compileGrammar } from './grammar.ts'
import { type ChatFile, openInputFile } from './input-file.ts'
import { isoLocal, localMillis } from './local-time.ts'
import { comparable } from './marks.ts'
import type { Media } from './media.ts'
import { createOrdinals, type Ordinals } from './ordinals.ts'
import { type CutRecord, createRecordCutter, type ReadHeader } from './records.ts'
import { isProvisional, leadingBlankCharacters, readBodyText } from './said.ts'
import { normalisePhone, type WhatsappExportSettings } from './settings.ts'
import { type Survey, surveyText } from './survey.ts'

type Input = CaptureInput & { readonly settings: WhatsappExportSettings }

/** All files are looked through before the first record is given out, so a bad one stops the capture in time. */
export async function* captureExports(input: Input): AsyncGenerator<CapturedRecord | CapturedGap> {
  const surveyed: { chat: ChatFile; survey: Survey }[] = []
  for (const path of input.files) {
    for (const chat of await openInputFile(path, input.settings)) {
      const name = chat.innerFile === undefined ? chat.file : `${chat.innerFile} in ${chat.file}`
      surveyed.push({ chat, survey: await surveyText(name, chat.read, input.settings.dateOrder) })
    }
  }
  for (const { chat, survey } of surveyed) {
    const reader = createChatReader(chat, survey, chatContext(chat, survey, input))
    for await (const chunk of chat.read()) for (const found of reader.push(chunk)) yield found
    for (const found of reader.end()) yield found
  }
}

function chatContext(chat: ChatFile, survey: Survey, { settings, registeredUsers }: Input): ChatContext {
  const user = registeredUsers.find(({ mobile }) => mobile === settings.custodian)
  const named = chatName(chat, survey, settings)
  return {
    file: chat.file,
    fileSha256: chat.zipSha256 ?? survey.textSha256,
    innerFile: chat.innerFile,
    textSha256: survey.textSha256,
    verification: 'unverified',
    encoding: survey.encoding,
    damagedLines: survey.damagedLines === 0 ? undefined : survey.damagedLines,
    grammar: survey.grammar,
    dateOrder: survey.dates.order,
    dateOrderRule: survey.dates.rule,
    firstLocalMillis: survey.dates.firstLocalMillis,
    zones: settings.timezone ?? 'UTC',
    zoneGiven: settings.timezone !== undefined,
    custodian: settings.custodian,
    custodianName: settings.custodianName ?? user?.name,
    custodianAliases: [settings.custodianName, user?.name].filter((name) => name !== undefined),
    ...named,
    group: survey.group || isNamedApart(named, survey),
    authors: cappedAuthors(survey.authors),
    authorCount: survey.authors.length,
    colonAuthors: [...survey.colonAuthors],
    marked: survey.marked,
  }
}

/** A direct chat bears the name of one of its two; where two write and neither is the chat, it is a group. */
function isNamedApart({ chat, chatFrom }: Pick<ChatContext, 'chat' | 'chatFrom'>, survey: Survey): boolean {
  const told = chatFrom === 'inner-file-name' || chatFrom === 'inside'
  const key = normalisePhone(chat) ?? comparable(chat)
  return (
    told &&
    survey.authors.length > 1 &&
    survey.authors.every((author) => (normalisePhone(author) ?? comparable(author)) !== key)
  )
}

/** What was said, else the name inside the export, else the file's own name. */
function chatName(
  chat: ChatFile,
  survey: Survey,
  settings: WhatsappExportSettings,
): Pick<ChatContext, 'chat' | 'chatFrom'> {
  if (settings.chat !== undefined) return { chat: settings.chat, chatFrom: 'setting' }
  const inner = chatNameOf(chat.innerFile ?? chat.file)
  if (inner !== null) return { chat: inner, chatFrom: 'inner-file-name' }
  if (survey.nameInside !== null) return { chat: survey.nameInside, chatFrom: 'inside' }
  const outer = chatNameOf(chat.file)
  if (outer !== null) return { chat: outer, chatFrom: 'file-name' }
  return { chat: withoutCopyNumber(chat.file), chatFrom: 'fallback' }
}

interface ChatReader {
  push(chunk: Buffer): Generator<CapturedRecord | CapturedGap>
  end(): Generator<CapturedRecord | CapturedGap>
}

function createChatReader(chat: ChatFile, survey: Survey, context: ChatContext): ChatReader {
  const gaps = createGaps(chat)
  const cutter = createRecordCutter(codecOf(context.encoding), headerReader(context))
  const toRecord = recordMaker(chat, survey, context, gaps)
  function* captured(cuts: Iterable<CutRecord>): Generator<CapturedRecord | CapturedGap> {
    for (const cut of cuts) {
      yield toRecord(cut)
      if (gaps.pending()) yield* gaps.take()
    }
  }
  return {
    push: (chunk) => captured(cutter.push(chunk)),
    *end() {
      yield* captured(cutter.end())
      yield* gaps.conclude(context)
    },
  }
}

function headerReader(context: ChatContext): ReadHeader {
  const readFields = compileGrammar(context.grammar)
  return (line) => {
    const fields = readFields(line)
    if (fields === null) return null
    const millis = localMillis(fields, context.dateOrder)
    if (millis === null) return null
    const { author, bodyAt } = splitAuthor(line, fields.end, context.colonAuthors)
    const provisional = author === null && isProvisional(context.grammar.platform, author, line)
    return { localMillis: millis, author, bodyAt, provisional }
  }
}

const noAttachments: readonly CapturedAttachment[] = []

function recordMaker(
  chat: ChatFile,
  survey: Survey,
  context: ChatContext,
  gaps: Gaps,
): (cut: CutRecord) => CapturedRecord {
  const recordContext = toRecordContext(context)
  const ordinals = createOrdinals(survey.dates.stepBackMillisMax)
  const custodian = context.custodian ?? ''
  const about = (authored: boolean): BodyCircumstances => ({
    platform: context.grammar.platform,
    marked: context.marked,
    authored,
    hasMedia: (name) => chat.media.has(name),
  })
  const [said, notice] = [about(true), about(false)]
  const custodianOfRecord = context.custodian === undefined ? {} : { custodian: context.custodian }

  return (cut) => {
    const place = { offset: cut.offset, line: cut.line }
    let identity: RecordIdentity = { type: 'bytes', custodian }
    let attachments = noAttachments
    if (cut.header !== null) {
      const { author, bodyAt, localMillis: millis } = cut.header
      const text = cut.text()
      const body = readBodyText(text, leadingBlankCharacters(text) + bodyAt)
      identity = contentIdentity(context, millis, author ?? '', body, ordinals)
      const read = readBody(body, author === null ? notice : said)
      if (read.form === 'attachment') attachments = attachmentsOf(read.name, chat.media)
      if (read.form !== 'text') gaps.see(read, attachments.length > 0, place)
    }
    return {
      channel: 'whatsapp',
      bytes: cut.bytes,
      place,
      context: recordContext,
      identity,
      ...custodianOfRecord,
      attachments,
    }
  }
}

function contentIdentity(
  context: ChatContext,
  millis: number,
  author: string,
  body: string,
  ordinals: Ordinals,
): RecordIdentity {
  const { ordinal, authorlessOrdinal } = ordinals.next(millis, author, body)
  return {
    type: 'content',
    custodian: context.custodian ?? '',
    chat: context.chat,
    localTime: isoLocal(millis),
    author,
    body,
    ordinal,
    authorlessOrdinal,
  }
}

function attachmentsOf(name: string, media: Media): readonly CapturedAttachment[] {
  const attachment = media.attachment(name)
  return attachment === null ? noAttachments : [attachment]
}
