import { expect, it } from 'vitest'
import { chatNameOf, withoutCopyNumber } from './chat-name.ts'

it.each([
  ['WhatsApp Chat with Ben Broker.txt', 'Ben Broker'],
  ['WhatsApp Chat - Deal room.zip', 'Deal room'],
  ['WhatsApp Chat with Ben Broker (1).txt', 'Ben Broker'],
  ['WhatsApp-Chat mit +44 7700 900123.txt', '+44 7700 900123'],
  ['Chat de WhatsApp con Ana.txt', 'Ana'],
  ['Discussion WhatsApp avec Chloé.txt', 'Chloé'],
  ['Chat WhatsApp con Marco.txt', 'Marco'],
  ['Conversa do WhatsApp com João.txt', 'João'],
  ['Chat WhatsApp s uživatelem Jan.txt', 'Jan'],
  ['Чат WhatsApp с контактом Дима.txt', 'Дима'],
  ['与李雷的 WhatsApp 聊天记录.txt', '李雷'],
  ['與小明的 WhatsApp 對話.txt', '小明'],
])('%s is the chat %s', (file, name) => {
  expect(chatNameOf(file)).toBe(name)
})

it('other file names name no chat', () => {
  expect(chatNameOf('_chat.txt')).toBeNull()
  expect(chatNameOf('notes.txt')).toBeNull()
  expect(withoutCopyNumber('notes (2).txt')).toBe('notes')
})
