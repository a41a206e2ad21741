/** Looks wordings up: one map from a comparable phrase to what it says. */
import type { CallDetails } from '../../domain/message.ts'
import { beginsMarked, comparable } from './marks.ts'
import type { MediaKind } from './media-type.ts'
import { type Wording, wordings } from './wordings.ts'
import { wordingsBeyondLatin } from './wordings-beyond-latin.ts'

export type Phrase =
  | { readonly says: 'omitted'; readonly kind: MediaKind }
  | { readonly says: 'deleted' }
  | { readonly says: 'edited' }
  | { readonly says: 'waiting' }
  | { readonly says: 'view-once' }
  | { readonly says: 'live-location' }
  | { readonly says: 'call'; readonly call: CallDetails }

/** Phrases longer than this are not in the table: longer bodies need not be looked up. */
export const phraseCharactersMax = 160

const phrases = new Map<string, Phrase>()
const attachedWords = new Set<string>()

function addWording(wording: Wording): void {
  for (const word of wording.attached) attachedWords.add(comparable(word))
  addOmitted(wording.mediaOmitted, 'file')
  addOmitted(wording.image, 'image')
  addOmitted([...wording.video, ...wording.gif], 'video')
  addOmitted(wording.audio, 'audio')
  addOmitted(wording.sticker, 'sticker')
  addOmitted(wording.document, 'file')
  addOmitted(wording.contact, 'contact')
  add(wording.deleted, { says: 'deleted' })
  add(wording.edited, { says: 'edited' })
  addMissed(wording.missedVoice, 'voice')
  addMissed(wording.missedVideo, 'video')
}

function addOmitted(texts: readonly string[], kind: MediaKind): void {
  add(texts, { says: 'omitted', kind })
}

const groupCallWord =
  /group|grupp|gruppe|grupal|groupe|gruppo|grupo|groep|grup|skupin|групп|جماعية|ग्रुप|グループ|그룹|群/i

function addMissed(texts: readonly string[], medium: 'voice' | 'video'): void {
  for (const text of texts) {
    add([text], { says: 'call', call: { medium, outcome: 'missed', group: groupCallWord.test(text) } })
  }
}

function add(texts: readonly string[], phrase: Phrase): void {
  for (const text of texts) phrases.set(phraseKey(text), phrase)
}

add(['Waiting for this message. This may take a while', 'Waiting for this message'], { says: 'waiting' })
add(
  ['Warten auf diese Nachricht. Dies kann etwas dauern', 'Esperando este mensaje. Esto puede tardar un poco'],
  { says: 'waiting' },
)
add(
  [
    'En attente de ce message. Cela peut prendre un moment',
    'Aguardando mensagem. Essa ação pode levar alguns instantes',
  ],
  { says: 'waiting' },
)
add(['正在等待此消息。这可能需要一段时间', '正在等候此訊息。這可能需要一段時間'], { says: 'waiting' })
add(
  [
    'You received a view once message. For added privacy, you can only open it on your phone',
    'View once voice message omitted',
    'View once photo',
    'View once video',
  ],
  { says: 'view-once' },
)
add(
  [
    'live location shared',
    'Live-Standort wird geteilt',
    'ubicación en tiempo real compartida',
    'localisation en direct partagée',
    'posizione in tempo reale condivisa',
    'localização em tempo real compartilhada',
    'live locatie gedeeld',
    '已分享实时位置',
    '已分享即時位置',
    'ライブロケーションを共有しました',
  ],
  { says: 'live-location' },
)

for (const wording of [...Object.values(wordings), ...Object.values(wordingsBeyondLatin)]) addWording(wording)

/** Deletions that name the administrator, and how each begins. */
const deletedByAdmin = [
  ['this message was deleted by', /^this message was deleted by admin .{1,80}$/],
  ['diese nachricht', /^diese nachricht wurde von admin .{1,80} gelöscht$/],
  ['el admin', /^el (?:admin|administrador) .{1,80} eliminó este mensaje$/],
  ['ce message', /^ce message a été supprimé par l['’]admin .{1,80}$/],
  ['mensagem', /^mensagem apagada pelo admin .{1,80}$/],
  ['管理员', /^管理员.{1,80}删除了(?:此|这条)消息$/],
  ['管理員', /^管理員.{1,80}刪除了(?:此|這則)訊息$/],
] as const

/** Ordinary messages are told apart by their beginning, which is cheaper than the comparable form of the whole. */
const beginningCharacters = 3
const beginnings = new Set<string>()
for (const key of phrases.keys()) beginnings.add(key.slice(0, beginningCharacters))
for (const [beginning] of deletedByAdmin) beginnings.add(beginning.slice(0, beginningCharacters))

/** What a whole body says, if the table knows it. */
export function phraseOf(body: string): Phrase | undefined {
  if (body.length > phraseCharactersMax) return undefined
  const from = beginsMarked(body) ? 1 : 0
  const beginning = body.slice(from, from + beginningCharacters).toLowerCase()
  if (!beginnings.has(beginning)) return undefined
  const key = phraseKey(body)
  const phrase = phrases.get(key)
  if (phrase !== undefined) return phrase
  return deletedByAdmin.some(([, expression]) => expression.test(key)) ? { says: 'deleted' } : undefined
}

/** Whether a word stands for "attached" in some language. */
export function saysAttached(word: string): boolean {
  return attachedWords.has(comparable(word))
}

function phraseKey(text: string): string {
  return comparable(text).replace(/[.。．।]+$/, '')
}

/** Words that only a group's own notices contain; tested on lines that WhatsApp wrote, never on people's. */
export const groupNotice =
  /group|gruppe|grupo|groupe|gruppo|groep|grupp|ryhmä|grup|skupin|групп|груп|المجموعة|مجموعة|קבוצה|समूह|ग्रुप|nhóm|กลุ่ม|グループ|그룹|群|added|hinzugefügt|añadió|agregó|ajouté|aggiunto|adicionou|toegevoegd|lade till|tilføjede|la til|lisäsi|dodał|přidal|добавил|додав|ekledi|أضاف|הוסיף|menambahkan|đã thêm|追加しました|추가했습니다|님이 나갔습니다/i

/** The notice every chat begins with; on iOS it stands under the name of the chat. */
export const encryptionNotice =
  /end-to-end|ende-zu-ende|bout en bout|extremo a extremo|ponta a ponta|encriptad|crittograf|versleuteld|krypter|krypteret|totalsträck|salat|szyfrowan|šifrov|шифр|şifreli|مشفر|תמוצפנ|מוצפנ|एन्क्रिप्ट|enkripsi|mã hóa|mã hoá|เข้ารหัส|エンドツーエンド|暗号|암호화|端到端|端對端|加密/i
