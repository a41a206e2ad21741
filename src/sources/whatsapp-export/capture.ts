/** The second reading: cuts the text into records and finds the files they name. */
import type {
  CapturedAttachment,
  CapturedGap,
  CapturedRecord,
  CaptureInput,
  RecordIdentity,
} from '../source.ts'
import { type BodyCircumstances, readBody } from './body.ts'
import { chatNameOf, withoutCopyNumber } from './chat-name.ts'
import { type ChatContext, cappedAuthors, toRecordContext } from './context.ts'
import { codecOf } from './encoding.ts'
import { createGaps, type Gaps } from './gaps.ts'
import { compileGrammar } from './grammar.ts'
import { type ChatFile, openInputFile } from './input-file.ts'
import { isoLocal, localMillis } from './local-time.ts'
import { createOrdinals } from './ordinals.ts'
import { type CutRecord, createRecordCutter, type ReadHeader } from './records.ts'
import { leadingBlankCharacters, readSaid } from './said.ts'
import type { WhatsappExportSettings } from './settings.ts'
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
  for (const { chat, survey } of surveyed) yield* captureChat(chat, survey, chatContext(chat, survey, input))
}

function chatContext(chat: ChatFile, survey: Survey, { settings, registeredUsers }: Input): ChatContext {
  const user = registeredUsers.find(({ mobile }) => mobile === settings.custodian)
  return {
    file: chat.file,
    fileSha256: chat.fileSha256,
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
    ...chatName(chat, survey, settings),
    group: survey.group,
    authors: cappedAuthors(survey.authors),
    authorCount: survey.authors.length,
    colonAuthors: [...survey.colonAuthors],
    marked: survey.marked,
  }
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

async function* captureChat(
  chat: ChatFile,
  survey: Survey,
  context: ChatContext,
): AsyncGenerator<CapturedRecord | CapturedGap> {
  const gaps = createGaps(chat)
  const cutter = createRecordCutter(codecOf(context.encoding), headerReader(context))
  const toRecord = recordMaker(chat, survey, context, gaps)
  for await (const chunk of chat.read()) {
    for (const cut of cutter.push(chunk)) {
      yield toRecord(cut)
      if (gaps.pending()) yield* gaps.take()
    }
  }
  for (const cut of cutter.end()) yield toRecord(cut)
  yield* gaps.take()
  yield* gaps.conclude(context)
}

function headerReader(context: ChatContext): ReadHeader {
  const readFields = compileGrammar(context.grammar)
  return (line) => {
    const fields = readFields(line)
    if (fields === null) return null
    const millis = localMillis(fields, context.dateOrder)
    return millis === null ? null : { fields, localMillis: millis }
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
  const common = {
    channel: 'whatsapp',
    context: recordContext,
    ...(context.custodian === undefined ? {} : { custodian: context.custodian }),
  } as const

  const contentOf = (
    cut: CutRecord,
  ): { identity: RecordIdentity; attachments: readonly CapturedAttachment[] } => {
    if (cut.header === null) return { identity: { type: 'bytes', custodian }, attachments: noAttachments }
    const text = cut.text()
    const bodyFrom = leadingBlankCharacters(text) + cut.header.fields.end
    const { author, body } = readSaid(text, bodyFrom, context.colonAuthors)
    const millis = cut.header.localMillis
    const counted = ordinals.next(millis, author ?? '', body)
    const identity: RecordIdentity = {
      type: 'content',
      custodian,
      chat: context.chat,
      localTime: isoLocal(millis),
      author: author ?? '',
      body,
      ordinal: counted.ordinal,
      authorlessOrdinal: counted.authorlessOrdinal,
    }
    const read = readBody(body, author === null ? notice : said)
    if (read.form === 'text' || read.form === 'system') return { identity, attachments: noAttachments }
    const attachment = read.form === 'attachment' ? chat.media.attachment(read.name) : null
    gaps.see(read, attachment !== null, { offset: cut.offset, line: cut.line })
    return { identity, attachments: attachment === null ? noAttachments : [attachment] }
  }

  return (cut) => ({
    ...common,
    bytes: cut.bytes,
    place: { offset: cut.offset, line: cut.line },
    ...contentOf(cut),
  })
}
