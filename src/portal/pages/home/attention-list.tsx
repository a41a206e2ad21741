import { makeStyles, tokens } from '@fluentui/react-components'
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle'
import { InfoRegular } from '@fluentui/react-icons/svg/info'
import { WarningFilled } from '@fluentui/react-icons/svg/warning'
import { useTranslation } from 'react-i18next'
import type { Answer } from '../../api/client.ts'
import { PageLink } from '../../components/page-link.tsx'
import { useFormat } from '../../i18n/format.ts'

type Attention = Answer<'readHome'>['attention'][number]

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid' },
  one: {
    display: 'grid',
    gridTemplateColumns: '24px minmax(0, 1fr) auto',
    gap: tokens.spacingHorizontalS,
    alignItems: 'center',
    padding: `${tokens.spacingVerticalS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ':first-child': { borderTop: 'none' },
    '& svg': { fontSize: '20px' },
  },
  error: { color: tokens.colorStatusDangerForeground1 },
  warning: { color: tokens.colorStatusWarningForeground3 },
  information: { color: tokens.colorBrandForeground1 },
  text: { overflowWrap: 'anywhere' },
})

const icons = { error: ErrorCircleFilled, warning: WarningFilled, information: InfoRegular } as const
const severities: Record<Attention['severity'], string> = {
  error: 'home:severity.error',
  warning: 'home:severity.warning',
  information: 'home:severity.information',
}

/** The sentence of each, and where it is looked after. */
const kinds: Record<Attention['code'], { text: string; link: string; to: string }> = {
  'connector-failing': {
    text: 'home:code.connectorFailing',
    link: 'home:link.connectors',
    to: '/connectors',
  },
  'connector-late': { text: 'home:code.connectorLate', link: 'home:link.connectors', to: '/connectors' },
  'connector-paused': { text: 'home:code.connectorPaused', link: 'home:link.connectors', to: '/connectors' },
  'import-exceptions': {
    text: 'home:code.importExceptions',
    link: 'home:link.exceptions',
    to: '/connectors',
  },
  'destination-problem': {
    ...{ text: 'home:code.destinationProblem', link: 'home:link.destinations' },
    to: '/connectors/destinations',
  },
  'mailboxes-held': {
    ...{ text: 'home:code.mailboxesHeld', link: 'home:link.destinations' },
    to: '/connectors/destinations',
  },
  'delivery-exceptions': {
    ...{ text: 'home:code.deliveryExceptions', link: 'home:link.destinations' },
    to: '/connectors/destinations',
  },
  gaps: { text: 'home:code.gaps', link: 'home:link.site', to: '/archiver-site' },
  'keys-not-backed-up': { text: 'home:code.keys', link: 'home:link.settings', to: '/settings' },
  'disk-low': { text: 'home:code.disk', link: 'home:link.settings', to: '/settings' },
  'no-connector': {
    text: 'home:code.noConnector',
    link: 'home:link.addConnector',
    to: '/connectors/catalogue',
  },
  'no-mailbox': { text: 'home:code.noMailbox', link: 'home:link.mailboxes', to: '/mailboxes' },
  'approval-waiting': { text: 'home:code.approval', link: 'home:link.approvals', to: '/people/approvals' },
  'self-grant': { text: 'home:code.selfGrant', link: 'home:link.audit', to: '/audit' },
  'users-never-captured': { text: 'home:code.neverCaptured', link: 'home:link.site', to: '/archiver-site' },
  'clock-moved-back': { text: 'home:code.clock', link: 'home:link.settings', to: '/settings' },
}

export function AttentionList({ attention }: { attention: readonly Attention[] }) {
  const styles = useStyles()
  const { t } = useTranslation('home')
  const format = useFormat()
  return (
    <ul className={styles.list}>
      {attention.map((one) => {
        const { code, severity, facts } = one
        const Icon = icons[severity]
        const { text, link } = kinds[code]
        const when = facts.since ?? facts.at
        const values = {
          ...facts,
          name:
            facts.name === 'site'
              ? t('home:key.site')
              : facts.name === 'centre'
                ? t('home:key.centre')
                : facts.name,
          number: typeof facts.count === 'number' ? format.number(facts.count) : '',
          when: typeof when === 'string' ? format.dateTime(when) : '',
        }
        return (
          <li key={`${code} ${JSON.stringify(facts)}`} className={styles.one}>
            <Icon className={styles[severity]} aria-label={t(severities[severity])} role="img" />
            <span className={styles.text}>{t(text, values)}</span>
            <PageLink to={placeOf(one)}>{t(link)}</PageLink>
          </li>
        )
      })}
    </ul>
  )
}

const deliveryCodes: ReadonlySet<string> = new Set([
  'destination-problem',
  'mailboxes-held',
  'delivery-exceptions',
])

function placeOf({ code, facts }: Attention): string {
  if (code === 'import-exceptions' && facts.id !== undefined) return `/connectors/${facts.id}/exceptions`
  if (code.startsWith('connector-') && facts.id !== undefined) return `/connectors/${facts.id}`
  if (deliveryCodes.has(code) && facts.id !== undefined) return `/connectors/destinations/${facts.id}`
  if (code === 'gaps' && facts.id !== undefined) return `/archiver-site/${facts.id}`
  return kinds[code].to
}
