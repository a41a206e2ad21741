import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { Address } from '../../components/address.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Figures } from '../../components/facts.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { Notice } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Change, fieldLabel, kindLabels, type Sync } from './labels.ts'

const useStyles = makeStyles({
  report: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: tokens.spacingVerticalM },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, lineHeight: tokens.lineHeightBase300 },
  fields: { listStyle: 'none', margin: 0, padding: 0, minWidth: '220px', overflowWrap: 'break-word' },
  label: { color: tokens.colorNeutralForeground2 },
  why: { display: 'block', minWidth: '220px' },
})

/** What a sync changed, or would change: in numbers, and each of the first ones. */
export function SyncReport({ sync }: { sync: Sync }) {
  const styles = useStyles()
  const { t } = useTranslation('directory')
  const format = useFormat()
  const { counts, changes, conflicts, applied } = sync
  const all = counts.added + counts.changed + counts.deactivated + counts.reactivated
  const nothing = applied ? t('directory:report.nothingChanged') : t('directory:report.nothing')
  return (
    <div className={styles.report} role="status">
      <h3 className={styles.heading}>{applied ? t('directory:report.done') : t('directory:report.plan')}</h3>
      {all === 0 && conflicts.length === 0 && <Notice intent="success">{nothing}</Notice>}
      <Counts counts={counts} />
      {counts.passedOver > 0 && <PassedOver sync={sync} />}
      {changes.length > 0 && <Changes rows={changes} />}
      {changes.length < all && (
        <span>
          {t('directory:report.first', { shown: format.number(changes.length), number: format.number(all) })}
        </span>
      )}
      {conflicts.length > 0 && <Conflicts rows={conflicts} />}
    </div>
  )
}

/** The last sync that went through, as it is kept. */
export function LastCounts({ counts }: { counts: Sync['counts'] }) {
  const styles = useStyles()
  const { t } = useTranslation('directory')
  return (
    <div className={styles.report}>
      <h3 className={styles.heading}>{t('directory:report.last')}</h3>
      <Counts counts={counts} />
    </div>
  )
}

function Counts({ counts }: { counts: Sync['counts'] }) {
  const { t } = useTranslation('directory')
  const format = useFormat()
  const figures = [
    { name: t('directory:kind.added'), value: format.number(counts.added) },
    { name: t('directory:kind.changed'), value: format.number(counts.changed) },
    { name: t('directory:kind.deactivated'), value: format.number(counts.deactivated) },
    { name: t('directory:kind.reactivated'), value: format.number(counts.reactivated) },
    { name: t('directory:count.conflicts'), value: format.number(counts.conflicts) },
    { name: t('directory:count.unchanged'), value: format.number(counts.unchanged) },
  ]
  return <Figures figures={figures} />
}

function PassedOver({ sync: { passedOver } }: { sync: Sync }) {
  const { t } = useTranslation('directory')
  const format = useFormat()
  return (
    <span>
      {t('directory:count.passedOver', {
        noAddress: format.number(passedOver['no-address']),
        unlicensed: format.number(passedOver.unlicensed),
        disabled: format.number(passedOver.disabled),
      })}
    </span>
  )
}

function Changes({ rows }: { rows: readonly Change[] }) {
  const { t } = useTranslation('directory')
  const numbered = rows.map((row, place) => ({ ...row, place }))
  return (
    <DataTable
      bounded
      caption={t('directory:report.changes')}
      rows={numbered}
      rowKey={({ place }) => place}
      columns={[
        {
          key: 'kind',
          title: t('directory:column.change'),
          compare: (a, b) => a.kind.localeCompare(b.kind),
          render: ({ kind }) => (
            <StatusBadge tone={kindLabels[kind].tone}>{t(kindLabels[kind].label)}</StatusBadge>
          ),
        },
        {
          key: 'mailbox',
          title: t('directory:column.mailbox'),
          compare: (a, b) => a.address.localeCompare(b.address),
          render: ({ name, address }) => (
            <>
              <MessageText text={name} />
              <div>
                <Address of={address} />
              </div>
            </>
          ),
        },
        { key: 'fields', title: t('directory:column.fields'), render: (row) => <FieldList change={row} /> },
      ]}
    />
  )
}

/** A new mailbox says what it begins with; any other what was, and what is to be. */
function FieldList({ change: { kind, fields } }: { change: Change }) {
  const styles = useStyles()
  const { t } = useTranslation('directory')
  const textOf = useValueText()
  const told = kind === 'added' ? fields.filter(({ field }) => !obvious.has(field)) : fields
  return (
    <ul className={styles.fields}>
      {told.map(({ field, before, after }) => {
        const label = fieldLabel(field)
        return (
          <li key={field}>
            <span className={styles.label}>{label === null ? field : t(label)}:</span>{' '}
            {kind !== 'added' && (
              <>
                <MessageText text={textOf(before)} /> →{' '}
              </>
            )}
            <MessageText text={textOf(after)} />
          </li>
        )
      })}
    </ul>
  )
}

/** What stands in the row already, or goes without saying of a new one. */
const obvious: ReadonlySet<string> = new Set(['address', 'name', 'active', 'enabled', 'licensed', 'userName'])

function useValueText(): (value: Change['fields'][number]['after']) => string {
  const { t } = useTranslation('directory')
  const format = useFormat()
  return (value) => {
    if (value === null || value === '') return '–'
    if (typeof value === 'boolean') return value ? t('directory:value.yes') : t('directory:value.no')
    return typeof value === 'string' ? value : value.length === 0 ? '–' : format.list(value)
  }
}

function Conflicts({ rows }: { rows: Sync['conflicts'] }) {
  const styles = useStyles()
  const { t } = useTranslation('directory')
  const numbered = rows.map((row, place) => ({ ...row, place }))
  return (
    <DataTable
      bounded
      caption={t('directory:report.conflicts')}
      rows={numbered}
      rowKey={({ place }) => place}
      columns={[
        {
          key: 'user',
          title: t('directory:report.conflicts'),
          render: ({ userName }) => <Address of={userName} />,
        },
        {
          key: 'why',
          title: t('directory:column.why'),
          render: ({ explanation }) => (
            <span className={styles.why} lang="en">
              {explanation}
            </span>
          ),
        },
      ]}
    />
  )
}
