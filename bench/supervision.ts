/** False alarms and misses of the templates that come with the program, and what a thousand terms cost. */
import { supervisionParts } from '../src/app.ts'
import {
  activatePolicy,
  backTest,
  compilePolicies,
  createLooker,
  type LookedMessage,
  type Looker,
  type PolicyInput,
  parsePolicy,
  policyFormat,
  policyFromTemplate,
  savePolicy,
  templates,
} from '../src/compliance/supervision/index.ts'
import type { Firm } from './firm.ts'
import { type ChatLanguage, innocentChat, plantedViolations } from './supervision-corpus.ts'
import { chineseWords, englishWords } from './words.ts'

export interface InnocentFigures {
  readonly messages: number
  /** Messages in which some template found something. */
  readonly alerts: number
  readonly alertsPerThousand: number
  /** By template and rule. */
  readonly byRule: Readonly<Record<string, number>>
}

export interface TemplateFigures {
  readonly english: InnocentFigures
  readonly chinese: InnocentFigures
  readonly planted: { readonly messages: number; readonly found: number; readonly missed: readonly string[] }
}

/** The templates' rules of words and numbers over innocent chat and planted violations. */
export function measureTemplates(messagesPerLanguage: number): TemplateFigures {
  return {
    english: measureInnocent('english', messagesPerLanguage),
    chinese: measureInnocent('chinese', messagesPerLanguage),
    planted: measurePlanted(),
  }
}

function measureInnocent(language: ChatLanguage, messages: number): InnocentFigures {
  const looker = lookerOf(
    templates.filter(({ name }) => name !== 'conflict-of-interest').map(({ name }) => name),
  )
  const byRule: Record<string, number> = {}
  let alerts = 0
  for (const text of innocentChat(language, messages)) {
    const { findings } = looker.look(messageOf(text), [])
    if (findings.length > 0) alerts++
    for (const { rule } of findings) byRule[rule] = (byRule[rule] ?? 0) + 1
  }
  return { messages, alerts, alertsPerThousand: (alerts / messages) * 1000, byRule }
}

function measurePlanted(): TemplateFigures['planted'] {
  const lookers = new Map<string, Looker>()
  const missed = plantedViolations.filter(({ template, text }) => {
    const looker = lookers.get(template) ?? lookerOf([template])
    lookers.set(template, looker)
    return looker.look(messageOf(text), []).findings.length === 0
  })
  const messages = plantedViolations.length
  return { messages, found: messages - missed.length, missed: missed.map(({ text }) => text) }
}

function lookerOf(names: readonly string[]): Looker {
  const versions = names.map((name, place) => ({
    ...{ policyId: place, version: 1, dictionaries: new Map() },
    policy: parsePolicy(policyFromTemplate(name)),
  }))
  const compiled = compilePolicies(versions)
  return createLooker(
    compiled,
    compiled.people.map(() => null),
  )
}

function messageOf(text: string): LookedMessage {
  return {
    ...{
      id: 1n,
      channel: 'whatsapp',
      kind: 'text',
      event: 'sent',
      texts: [{ at: 'text', text }],
      attachments: [],
    },
    ...{
      emailBytes: 1_000,
      senderMailboxId: 1,
      recipientMailboxIds: [2],
      senderIdentity: null,
      unseenReply: false,
    },
  }
}

/** 1,000 terms in two languages, half of them rare words and half phrases: they find one message in thirty or so. */
export function thousandTerms(): PolicyInput {
  const english = termsOf(englishWords().slice(29_500), ' ')
  const chinese = termsOf(
    chineseWords()
      .filter((word) => word.length > 1)
      .slice(-500),
    '',
  )
  return {
    format: policyFormat,
    name: 'A thousand terms',
    supervised: { everyone: true },
    rules: [
      { id: 'english', when: { words: english } },
      { id: 'chinese', when: { words: chinese } },
    ],
  }
}

function termsOf(words: readonly string[], glue: string): string[] {
  return words.map((word, place) => (place % 2 === 0 ? word : `${word}${glue}${words[place - 1]}`))
}

export interface BackTestFigures {
  readonly messages: number
  readonly matched: number
  readonly seconds: number
  readonly messagesPerSecond: number
}

/** A back-test of a thousand terms over everything that a firm's archive holds. */
export async function measureBackTest(firm: Firm): Promise<BackTestFigures> {
  const document = parsePolicy(thousandTerms())
  await savePolicy(firm.centre, document, 'bench')
  const parts = await supervisionParts(firm.platform, firm.centre.vault)
  const start = performance.now()
  const { result } = await backTest(parts, { name: document.name, by: 'bench', random: firm.platform.random })
  const seconds = (performance.now() - start) / 1000
  const { messages, matched } = result
  return { messages, matched, seconds, messagesPerSecond: Math.round(messages / seconds) }
}

/** Has imports looked at by a thousand terms in two languages from now on. */
export async function superviseBench({ centre }: Firm): Promise<void> {
  const document = parsePolicy(thousandTerms())
  await savePolicy(centre, document, 'bench')
  await activatePolicy(centre, document.name)
}
