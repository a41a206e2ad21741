/**
 * The chat's name inside a file name, as phones of each language write it. On a repeated download a browser
 * adds ` (1)`; that is no part of the name.
 */

/** `X` stands for the name. */
const patterns = [
  'WhatsApp Chat with X',
  'WhatsApp Chat - X',
  'WhatsApp-Chat mit X',
  'WhatsApp Chat mit X',
  'Chat de WhatsApp con X',
  'Chat de WhatsApp - X',
  'Discussion WhatsApp avec X',
  'Discussion WhatsApp - X',
  'Chat WhatsApp con X',
  'Chat WhatsApp - X',
  'Conversa do WhatsApp com X',
  'Conversa do WhatsApp - X',
  'WhatsApp-chat met X',
  'WhatsApp-gesprek met X',
  'WhatsApp-chatt med X',
  'WhatsApp-chat med X',
  'WhatsApp-samtale med X',
  'WhatsApp-keskustelu käyttäjän X kanssa',
  'WhatsApp-keskustelu - X',
  'Czat WhatsApp z X',
  'Rozmowa WhatsApp z X',
  'Chat WhatsApp s uživatelem X',
  'Chat WhatsApp s X',
  'Чат WhatsApp с контактом X',
  'Чат WhatsApp с X',
  'Чат WhatsApp із контактом X',
  'Чат WhatsApp з X',
  'X ile WhatsApp Sohbeti',
  'WhatsApp Sohbeti - X',
  'محادثة واتساب مع X',
  'دردشة واتساب مع X',
  "צ'אט WhatsApp עם X",
  'צ׳אט WhatsApp עם X',
  'X के साथ WhatsApp चैट',
  'Chat WhatsApp dengan X',
  'Obrolan WhatsApp dengan X',
  'Cuộc trò chuyện WhatsApp với X',
  'Đoạn chat WhatsApp với X',
  'แชท WhatsApp กับ X',
  'การแชท WhatsApp กับ X',
  'X とのWhatsAppトーク',
  'XとのWhatsAppトーク',
  'WhatsAppチャット - X',
  'X님과의 WhatsApp 대화',
  'WhatsApp 대화 - X',
  '与X的 WhatsApp 聊天记录',
  '与X的WhatsApp聊天记录',
  '與X的 WhatsApp 對話',
  '與X的WhatsApp對話',
  'WhatsApp 聊天记录 - X',
]

/** The longest first: "Chat WhatsApp s uživatelem X" before "Chat WhatsApp s X". */
const expressions = patterns
  .toSorted((a, b) => b.length - a.length)
  .map((pattern) => {
    const [before, after] = pattern.split('X')
    return new RegExp(`^${loosely(before!)}(.+?)${loosely(after!)}$`, 'i')
  })

/** Mail and cloud programs turn blanks into underscores or other blanks. */
function loosely(part: string): string {
  const blank = '[\\x20\\u00a0\\u202f_]'
  return part
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(' - ', `${blank}?-${blank}?`)
    .replaceAll(' ', blank)
}

/** The name in a chat's file name, or null when the name has no form WhatsApp uses. */
export function chatNameOf(fileName: string): string | null {
  const base = withoutCopyNumber(fileName)
  for (const expression of expressions) {
    const name = expression.exec(base)?.[1]?.trim()
    if (name !== undefined && name !== '') return name
  }
  return null
}

/** The bare file name without extension and copy number. */
export function withoutCopyNumber(fileName: string): string {
  return fileName
    .normalize('NFC')
    .replace(/\.(?:txt|zip)$/i, '')
    .replace(/\s*\(\d{1,3}\)$/, '')
    .trim()
}
