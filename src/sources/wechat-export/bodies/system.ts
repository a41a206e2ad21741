/** What nobody says: recalls, pats, changes of a group; in WeChat's `sysmsg` XML or in the words it shows. */
import type { Body } from '../body.ts'
import { attributeOf, childOf, childrenOf, textAt, type XmlElement } from '../xml.ts'
import { isServerId } from './app-notations.ts'

/** The words of WeChat for a recall, in its languages: `"张三" 撤回了一条消息`, `你撤回了一条消息`, `You recalled a message`. */
const recallWords =
  /^\s*(?:"(?<quoted>[^"\n]{1,64})"|“(?<curled>[^”\n]{1,64})”|(?<bare>[^"“\n]{1,64}?))\s*(?:(?:已)?撤回了?(?:一|1)?(?:条|则)(?:成员的)?消息|收回了?(?:一則|一则)?(?:訊息|讯息)|has recalled a message\.?|recalled a message\.?|(?:has )?recalled a message)\s*$/i
const ownWords = /^(?:你|您|我|You)$/i

/** True for WeChat's own line about a recall. */
export function isRecallNotice(text: string): boolean {
  return recallWords.test(text.trim())
}

/** A recall by its words. `originalId` is the server's id of what was recalled; blank when nobody knows it. */
export function recall(notice: string, originalId: string): Body {
  const found = recallWords.exec(notice.trim())?.groups
  const name = (found?.quoted ?? found?.curled ?? found?.bare ?? '').trim()
  return {
    kind: 'system',
    text: notice.trim() || 'Message recalled',
    refersTo: { relation: 'recalls', ...(isServerId(originalId) ? { vendorId: originalId } : {}) },
    ...(name === '' ? {} : { recalledBy: ownWords.test(name) ? 'you' : { name } }),
  }
}

/** From `<sysmsg>`; text of what is not known is shown as it stands. */
export function readSystemXml(sysmsg: XmlElement): Body {
  const revoke = childOf(sysmsg, 'revokemsg')
  if (revoke !== null) {
    const notice = textAt(revoke, 'replacemsg') || textAt(revoke, 'content')
    return recall(notice, textAt(revoke, 'newmsgid'))
  }
  const text = patText(sysmsg) || templateText(sysmsg) || textAt(sysmsg, 'delchatroommember', 'plain')
  return {
    kind: 'system',
    text: text || wordsIn(sysmsg) || `System message (${attributeOf(sysmsg, 'type')})`,
  }
}

function patText(sysmsg: XmlElement): string {
  return textAt(sysmsg, 'pat', 'template').replace(/\$\{([^}]*)\}/g, '$1')
}

/** `$name$` stands for the members or the title of the link of that name. */
function templateText(sysmsg: XmlElement): string {
  const template = childOf(sysmsg, 'sysmsgtemplate', 'content_template')
  const links = childrenOf(childOf(template, 'link_list'), 'link')
  const words = new Map(links.map((link) => [attributeOf(link, 'name'), linkText(link)]))
  const written = textAt(template, 'template') || textAt(template, 'plain')
  return written.replace(/\$([^$\n]{1,64})\$/g, (whole, name: string) => words.get(name) ?? whole)
}

function linkText(link: XmlElement): string {
  const members = childrenOf(childOf(link, 'memberlist'), 'member')
  const names = members.map((member) => textAt(member, 'nickname') || textAt(member, 'username'))
  return names.length === 0 ? textAt(link, 'title') : names.join(textAt(link, 'separator') || '、')
}

/** All text in the element, in order. */
export function wordsIn(element: XmlElement): string {
  return [element.text, ...element.children.map(wordsIn)].filter((words) => words !== '').join(' ')
}
