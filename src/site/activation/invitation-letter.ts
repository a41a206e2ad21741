/** What an invitation says, in the user's language. */
import type { NoticeLanguage } from '../../domain/activation.ts'

export interface InvitationFacts {
  readonly name: string
  readonly account: string
  readonly link: string
  readonly expiresAt: Date
}

interface Letter {
  readonly subject: string
  readonly text: string
}

type Words = (facts: Omit<InvitationFacts, 'expiresAt'> & { readonly until: string }) => Letter

const words: Readonly<Record<NoticeLanguage, Words>> = {
  en: ({ name, account, link, until }) => ({
    subject: `${account}: your business messages`,
    text: `Dear ${name},\n\n${account} keeps records of business messages. Please read what that means for you and answer on this page:\n\n${link}\n\nThe link is for you alone and works until ${until}. You will not be asked for a password.`,
  }),
  es: ({ name, account, link, until }) => ({
    subject: `${account}: sus mensajes de trabajo`,
    text: `Hola, ${name}:\n\n${account} conserva registros de los mensajes de trabajo. Lea qué significa para usted y responda en esta página:\n\n${link}\n\nEl vínculo es solo para usted y funciona hasta el ${until}. No se le pedirá ninguna contraseña.`,
  }),
  'zh-Hans': ({ name, account, link, until }) => ({
    subject: `${account}：您的工作消息`,
    text: `${name}，您好：\n\n${account} 保存工作消息的记录。请在以下页面阅读这对您意味着什么，并作出答复：\n\n${link}\n\n此链接仅供您本人使用，有效期至 ${until}。页面不会要求您输入密码。`,
  }),
  sv: ({ name, account, link, until }) => ({
    subject: `${account}: dina arbetsmeddelanden`,
    text: `Hej ${name}!\n\n${account} bevarar arbetsmeddelanden. Läs vad det innebär för dig och svara på den här sidan:\n\n${link}\n\nLänken är bara för dig och fungerar till och med ${until}. Inget lösenord behövs.`,
  }),
  it: ({ name, account, link, until }) => ({
    subject: `${account}: i tuoi messaggi di lavoro`,
    text: `Ciao ${name},\n\n${account} conserva i messaggi di lavoro. Leggi che cosa significa per te e rispondi in questa pagina:\n\n${link}\n\nIl collegamento è solo per te e funziona fino al ${until}. Non ti verrà chiesta alcuna password.`,
  }),
}

export function invitationLetter(
  language: NoticeLanguage,
  { expiresAt, name, ...facts }: InvitationFacts,
): Letter {
  const until = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(expiresAt)
  // What somebody typed as a name is no place for a second address.
  return words[language]({ ...facts, name: name.replace(/\s+/g, ' '), until: `${until} (UTC)` })
}
