/** The texts of what the contract names by a word. */
import { useTranslation } from 'react-i18next'
import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../components/status.tsx'
import { gapLabels, sourceLabels } from '../site/labels.ts'

export type Coverage = Answer<'readCoverage'>
export type Gap = Answer<'listCoverageGaps'>['items'][number]

interface Label {
  readonly label: string
  readonly tone: Tone
}

export const statusLabels: Readonly<Record<Coverage['users'][number]['status'], Label>> = {
  active: { label: 'coverage:status.active', tone: 'good' },
  new: { label: 'coverage:status.new', tone: 'busy' },
  quiet: { label: 'coverage:status.quiet', tone: 'quiet' },
  silent: { label: 'coverage:status.silent', tone: 'bad' },
  never: { label: 'coverage:status.never', tone: 'warning' },
  former: { label: 'coverage:status.former', tone: 'quiet' },
}

export const dayLabels: Readonly<Record<Coverage['days'][number]['state'], Label>> = {
  complete: { label: 'coverage:dayState.complete', tone: 'good' },
  'under-way': { label: 'coverage:dayState.underWay', tone: 'busy' },
  exceptions: { label: 'coverage:dayState.exceptions', tone: 'warning' },
  gaps: { label: 'coverage:dayState.gaps', tone: 'warning' },
  behind: { label: 'coverage:dayState.behind', tone: 'bad' },
  untold: { label: 'coverage:dayState.untold', tone: 'quiet' },
}

export const severityLabels: Readonly<Record<Gap['severity'], Label>> = {
  high: { label: 'coverage:severity.high', tone: 'bad' },
  medium: { label: 'coverage:severity.medium', tone: 'warning' },
  low: { label: 'coverage:severity.low', tone: 'quiet' },
}

export const gapStateLabels: Readonly<Record<Gap['state'], Label>> = {
  open: { label: 'coverage:gapState.open', tone: 'warning' },
  accepted: { label: 'coverage:gapState.accepted', tone: 'quiet' },
  closed: { label: 'coverage:gapState.closed', tone: 'good' },
}

/** Reasons that live ways in know; those of files have their words at the site. */
const liveReasonLabels: Readonly<Record<string, string>> = {
  disconnected: 'coverage:reason.disconnected',
  'history-incomplete': 'coverage:reason.historyIncomplete',
  'history-refused': 'coverage:reason.historyRefused',
  'key-version-missing': 'coverage:reason.keyVersionMissing',
  lagging: 'coverage:reason.lagging',
  'media-lost': 'coverage:reason.mediaLost',
  'no-consent': 'coverage:reason.noConsent',
  'reference-unseen': 'coverage:reason.referenceUnseen',
  'sdk-crashed': 'coverage:reason.sdkCrashed',
  'sequence-jump': 'coverage:reason.sequenceJump',
  undecodable: 'coverage:reason.undecodable',
  undecryptable: 'coverage:reason.undecryptable',
  'unsupported-message': 'coverage:reason.unsupportedMessage',
}

/** The words of reasons and ways in; what is not known here shows as its source names it. */
export function useNames() {
  const { t } = useTranslation(['coverage', 'site'])
  const named = (labels: Readonly<Record<string, string>>, word: string) =>
    labels[word] === undefined ? null : t(labels[word])
  return {
    reason: (word: string) => named(liveReasonLabels, word) ?? named(gapLabels, word) ?? word,
    source: (word: string) => named(sourceLabels, word) ?? word,
  }
}
