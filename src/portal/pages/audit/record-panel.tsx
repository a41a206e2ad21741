import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Copyable } from '../../components/copyable.tsx'
import { SidePanel } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { actorTypeLabels, operationLabels, outcomeLabels, outcomeTones } from './labels.ts'
import type { AuditRecord } from './record.ts'

const useStyles = makeStyles({
  heading: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400 },
  json: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    overflowX: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
})

/** One record, with all its fields. */
export function RecordPanel({ record, onClose }: { record: AuditRecord; onClose: () => void }) {
  const styles = useStyles()
  const { t } = useTranslation('audit')
  const format = useFormat()
  const { at, operation, outcome, actor, actorType, clientIp, sessionId, correlationId, target, id } = record
  const details = Object.entries(record.details)
  return (
    <SidePanel open onClose={onClose} title={t(operationLabels[operation])}>
      <Facts
        facts={[
          { name: t('audit:record.at'), value: format.dateTime(at) },
          { name: t('audit:record.utc'), value: <code>{at}</code> },
          {
            name: t('audit:record.outcome'),
            value: <StatusBadge tone={outcomeTones[outcome]}>{t(outcomeLabels[outcome])}</StatusBadge>,
          },
          { name: t('audit:record.actor'), value: `${actor} (${t(actorTypeLabels[actorType])})` },
          { name: t('audit:record.target'), value: target ?? '–' },
          { name: t('audit:record.clientIp'), value: clientIp ?? '–' },
          { name: t('audit:record.operation'), value: <code>{operation}</code> },
          { name: t('audit:record.correlation'), value: copyable(correlationId) },
          { name: t('audit:record.session'), value: copyable(sessionId) },
          { name: t('audit:record.id'), value: copyable(id) },
        ]}
      />
      <h3 className={styles.heading}>{t('audit:record.details')}</h3>
      {details.length === 0 ? (
        <span>{t('audit:record.noDetails')}</span>
      ) : (
        <Facts facts={details.map(([name, value]) => ({ name, value: <Value of={value} /> }))} />
      )}
      <details>
        <summary>{t('audit:record.json')}</summary>
        <pre className={styles.json}>{JSON.stringify(record, null, 2)}</pre>
      </details>
    </SidePanel>
  )
}

function copyable(text: string | null): ReactNode {
  return text === null ? '–' : <Copyable text={text} />
}

/** Lists of words as lists of words; what is deeper as JSON. */
function Value({ of }: { of: unknown }) {
  const styles = useStyles()
  const format = useFormat()
  if (of === null || of === undefined || of === '') return <span>–</span>
  if (typeof of === 'number') return <span>{format.number(of)}</span>
  if (typeof of !== 'object') return <span>{String(of)}</span>
  if (Array.isArray(of) && of.every((one) => typeof one === 'string' || typeof one === 'number')) {
    return <span>{of.length === 0 ? '–' : of.join(', ')}</span>
  }
  return <pre className={styles.json}>{JSON.stringify(of, null, 2)}</pre>
}
