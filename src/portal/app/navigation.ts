import type { FluentIcon } from '@fluentui/react-icons'
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive'
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple'
import { ClipboardTaskRegular } from '@fluentui/react-icons/svg/clipboard-task'
import { ClipboardTextLtrRegular } from '@fluentui/react-icons/svg/clipboard-text-ltr'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { EyeTrackingRegular } from '@fluentui/react-icons/svg/eye-tracking'
import { GavelRegular } from '@fluentui/react-icons/svg/gavel'
import { HomeRegular } from '@fluentui/react-icons/svg/home'
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed'
import { MailMultipleRegular } from '@fluentui/react-icons/svg/mail-multiple'
import { PeopleRegular } from '@fluentui/react-icons/svg/people'
import { PlugConnectedRegular } from '@fluentui/react-icons/svg/plug-connected'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { SettingsRegular } from '@fluentui/react-icons/svg/settings'
import { ShieldCheckmarkRegular } from '@fluentui/react-icons/svg/shield-checkmark'
import { ShieldTaskRegular } from '@fluentui/react-icons/svg/shield-task'
import type { EndpointName } from '../../api/index.ts'

export interface Area {
  readonly to: string
  readonly label: string
  readonly icon: FluentIcon
  /** Shown to whoever may call one of these. */
  readonly needs: readonly EndpointName[]
}

export const areas: readonly Area[] = [
  { to: '/', label: 'general:area.home', icon: HomeRegular, needs: ['readHome'] },
  {
    to: '/connectors',
    label: 'general:area.connectors',
    icon: PlugConnectedRegular,
    needs: ['listConnectors'],
  },
  { to: '/archiver-site', label: 'general:area.site', icon: ChatMultipleRegular, needs: ['listAccounts'] },
  { to: '/coverage', label: 'general:area.coverage', icon: ShieldTaskRegular, needs: ['listCoverage'] },
  { to: '/mailboxes', label: 'general:area.mailboxes', icon: MailMultipleRegular, needs: ['listMailboxes'] },
  { to: '/search', label: 'general:area.search', icon: SearchRegular, needs: ['createSearch'] },
  { to: '/holds', label: 'general:area.holds', icon: GavelRegular, needs: ['listHolds'] },
  {
    to: '/retention',
    label: 'general:area.retention',
    icon: ArchiveRegular,
    needs: ['listRetentionPolicies'],
  },
  {
    to: '/disposition',
    label: 'general:area.disposition',
    icon: DeleteRegular,
    needs: ['readDisposition'],
  },
  { to: '/personal', label: 'general:area.personal', icon: LockClosedRegular, needs: ['listPersonal'] },
  {
    to: '/supervision/policies',
    label: 'general:area.supervision',
    icon: EyeTrackingRegular,
    needs: ['listSupervisionPolicies'],
  },
  {
    to: '/supervision/review',
    label: 'general:area.review',
    icon: ClipboardTaskRegular,
    needs: ['listReviews', 'readReviewReport'],
  },
  { to: '/audit', label: 'general:area.audit', icon: ClipboardTextLtrRegular, needs: ['searchAudit'] },
  {
    to: '/integrity-log',
    label: 'general:area.integrityLog',
    icon: ShieldCheckmarkRegular,
    needs: ['readIntegrityLog'],
  },
  {
    to: '/people',
    label: 'general:area.people',
    icon: PeopleRegular,
    needs: ['listUsers', 'listRoleGroups'],
  },
  { to: '/settings', label: 'general:area.settings', icon: SettingsRegular, needs: ['readSettings'] },
]
