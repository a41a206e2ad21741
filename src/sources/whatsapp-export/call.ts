/** Calls as iOS writes them: `Missed voice call. ‎Tap to call back`, `Video call, ‎5 min`, `Voice call. No answer`. */
import type { CallDetails } from '../../domain/message.ts'
import { beginsMarked, plain } from './marks.ts'
import { phraseCharactersMax, phraseOf } from './phrases.ts'

const callWords: readonly { readonly words: RegExp; readonly medium: 'voice' | 'video' }[] = [
  {
    words:
      /^(?:voice call|group voice call|sprachanruf|llamada de voz|appel vocal|chiamata vocale|chamada de voz|ligação de voz|spraakoproep|röstsamtal|taleopkald|taleanrop|äänipuhelu|połączenie głosowe|hlasový hovor|аудиозвонок|голосовий дзвінок|sesli arama|مكالمة صوتية|שיחה קולית|वॉइस कॉल|panggilan suara|cuộc gọi thoại|音声通話|음성통화|语音通话|語音通話)$/i,
    medium: 'voice',
  },
  {
    words:
      /^(?:video call|group video call|videoanruf|videollamada|appel vidéo|videochiamata|chamada de vídeo|ligação de vídeo|video-oproep|videosamtal|videoopkald|videoanrop|videopuhelu|połączenie wideo|videohovor|видеозвонок|відеодзвінок|görüntülü arama|مكالمة فيديو|שיחת וידאו|वीडियो कॉल|panggilan video|cuộc gọi video|ビデオ通話|영상통화|视频通话|視訊通話)$/i,
    medium: 'video',
  },
]
const unanswered =
  /no answer|keine antwort|sin respuesta|sans réponse|pas de réponse|nessuna risposta|sem resposta|geen antwoord|inget svar|intet svar|ikke svar|ei vastausta|brak odpowiedzi|bez odpovědi|нет ответа|немає відповіді|cevap yok|لم يتم الرد|אין מענה|कोई जवाब नहीं|tidak ada jawaban|không trả lời|応答なし|응답 없음|无应答|未接听|無人接聽|無回應/i
const declined = /declined|abgelehnt|rechazada|refusé|rifiutata|recusada|geweigerd|отклон|拒否|已拒绝|已拒絕/i

/** The call a line speaks of, or null when it speaks of none. */
export function callOf(body: string): CallDetails | null {
  if (body.length > phraseCharactersMax || body.includes('\n')) return null
  const text = plain(body)
  const parts = /^([^.,،。，]+)(?:[.,،。，]+\s*(.*))?$/.exec(text)
  if (parts === null) return null
  const missed = phraseOf(parts[1]!)
  if (missed?.says === 'call') return missed.call
  const medium = callWords.find(({ words }) => words.test(parts[1]!))?.medium
  if (medium === undefined) return null
  return answered(medium, parts[1]!, parts[2] ?? '', beginsMarked(body))
}

function answered(
  medium: 'voice' | 'video',
  words: string,
  rest: string,
  marked: boolean,
): CallDetails | null {
  const group = /group/i.test(words)
  if (unanswered.test(rest)) return { medium, outcome: 'unanswered', group }
  if (declined.test(rest)) return { medium, outcome: 'declined', group }
  const durationSeconds = secondsOf(rest)
  if (durationSeconds > 0) return { medium, outcome: 'completed', group, durationSeconds }
  // Without the mark, more words after "Video call" are a person's own.
  return marked || rest === '' ? { medium, outcome: 'unknown', group } : null
}

const unitSeconds: readonly (readonly [RegExp, number])[] = [
  [/^(?:s|с|秒|초|ث|שנ|से|วิ|giây)/i, 1],
  [/^(?:m|м|分|분|د|דק|मि|นาที|phút|dk)/i, 60],
  [/^(?:h|st|u|t|ч|г|小时|小時|時|时|시|س|שע|घं|ชั่ว|giờ|sa|ó|jam|j)/i, 3600],
]

function secondsOf(text: string): number {
  let seconds = 0
  for (const [, count, unit] of text.matchAll(/(\d+)\s*([^\d\s,.]+)/g)) {
    const found = unitSeconds.find(([word]) => word.test(unit!))
    seconds += Number(count) * (found?.[1] ?? 0)
  }
  return seconds
}
