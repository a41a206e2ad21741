import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { Buttons, ChoiceField, Section, TextField } from '../../components/form.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { ErrorNotice, Waiting } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { OneLine, Words } from './cells.tsx'
import { type Coverage, type Gap, gapStateLabels, severityLabels, useNames } from './labels.ts'

const useStyles = makeStyles({
  filter: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(180px, 280px))',
    gap: tokens.spacingHorizontalM,
  },
  what: { display: 'block', minWidth: '240px', overflowWrap: 'anywhere' },
  ended: { display: 'block', color: tokens.colorNeutralForeground2 },
})

type StateChoice = Gap['state'] | 'all'

/** What is known to be missing: filtered, and accepted by who may. */
export function Gaps({ accountId, counts }: { accountId: number; counts: Coverage['gaps'] }) {
  const styles = useStyles()
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const names = useNames()
  const [state, setState] = useState<StateChoice>('open')
  const [reason, setReason] = useState('')
  const [accepting, setAccepting] = useState<Gap | null>(null)
  const query = { ...(state === 'all' ? {} : { state }), ...(reason === '' ? {} : { reason }) }
  const pages = usePages('listCoverageGaps', { params: { id: accountId }, query })
  return (
    <Section title={t('coverage:gaps.title')} text={t('coverage:gaps.text')}>
      <div className={styles.filter}>
        <ChoiceField
          label={t('coverage:gaps.state')}
          value={state}
          onChange={setState}
          choices={[
            { value: 'open', label: `${t('coverage:gapState.open')} (${format.number(counts.open)})` },
            {
              value: 'accepted',
              label: `${t('coverage:gapState.accepted')} (${format.number(counts.accepted)})`,
            },
            { value: 'closed', label: `${t('coverage:gapState.closed')} (${format.number(counts.closed)})` },
            { value: 'all', label: t('coverage:gaps.all') },
          ]}
        />
        <ChoiceField
          label={t('coverage:gaps.reason')}
          value={reason}
          onChange={setReason}
          choices={[
            { value: '', label: t('coverage:gaps.all') },
            ...counts.byReason.map((one) => ({
              value: one.reason,
              label: `${names.reason(one.reason)} (${format.number(one.open)})`,
            })),
          ]}
        />
      </div>
      <ErrorNotice error={pages.error} onRetry={() => pages.refetch()} />
      {pages.data === undefined && !pages.error && <Waiting />}
      {pages.data && (
        <GapTable rows={pages.data.pages.flatMap(({ items }) => items)} onAccept={setAccepting} />
      )}
      {pages.hasNextPage && (
        <Buttons>
          <Button disabledFocusable={pages.isFetching} onClick={() => void pages.fetchNextPage()}>
            {t('coverage:gaps.more')}
          </Button>
        </Buttons>
      )}
      {accepting && <AcceptDialog gap={accepting} onClose={() => setAccepting(null)} />}
    </Section>
  )
}

function GapTable({ rows, onAccept }: { rows: readonly Gap[]; onAccept: (gap: Gap) => void }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const names = useNames()
  const may = useMay()
  const mayAccept = may('acceptGap') && rows.some(({ state }) => state === 'open')
  return (
    <DataTable
      bounded
      caption={t('coverage:gaps.title')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={<span>{t('coverage:gaps.none')}</span>}
      columns={[
        {
          key: 'severity',
          title: t('coverage:column.severity'),
          render: ({ severity }) => (
            <StatusBadge tone={severityLabels[severity].tone}>
              {t(severityLabels[severity].label)}
            </StatusBadge>
          ),
        },
        {
          key: 'what',
          title: t('coverage:column.what'),
          render: (gap) => <What gap={gap} />,
        },
        {
          key: 'person',
          title: t('coverage:column.person'),
          render: ({ user }) => <Words>{user?.name ? <MessageText text={user.name} /> : '–'}</Words>,
        },
        {
          key: 'source',
          title: t('coverage:column.source'),
          render: ({ source, route }) => <Words>{route ?? names.source(source)}</Words>,
        },
        {
          key: 'found',
          title: t('coverage:column.found'),
          render: ({ foundAt, ageDays }) => (
            <OneLine>
              <Time of={foundAt} show="day" />
              <div>{t('coverage:gaps.age', { count: ageDays, number: format.number(ageDays) })}</div>
            </OneLine>
          ),
        },
        {
          key: 'state',
          title: t('coverage:column.state'),
          render: ({ state }) => (
            <StatusBadge tone={gapStateLabels[state].tone}>{t(gapStateLabels[state].label)}</StatusBadge>
          ),
        },
        ...(mayAccept
          ? [
              {
                key: 'accept',
                title: t('coverage:column.acts'),
                render: (gap: Gap) =>
                  gap.state === 'open' && (
                    <Button size="small" onClick={() => onAccept(gap)}>
                      {t('coverage:gaps.accept')}
                    </Button>
                  ),
              },
            ]
          : []),
      ]}
    />
  )
}

/** The reason in the reader's language, the source's own sentence, and how it ended. */
function What({ gap: { reason, explanation, accepted, closed } }: { gap: Gap }) {
  const styles = useStyles()
  const { t } = useTranslation('coverage')
  const names = useNames()
  return (
    <span className={styles.what}>
      <strong>{names.reason(reason)}</strong>
      <br />
      {explanation === null ? t('coverage:gaps.sealed') : <MessageText text={explanation} />}
      {accepted && (
        <span className={styles.ended}>
          {t('coverage:gaps.acceptedBy', { name: accepted.by })} <Time of={accepted.at} show="day" />
          {': '}
          <MessageText text={accepted.reason} />
        </span>
      )}
      {closed && (
        <span className={styles.ended}>
          {t('coverage:gaps.closedAt')} <Time of={closed.at} show="day" />
          {closed.by && (
            <>
              {': '}
              <MessageText text={closed.by} />
            </>
          )}
        </span>
      )}
    </span>
  )
}

const reasonLengthMin = 3

function AcceptDialog({ gap, onClose }: { gap: Gap; onClose: () => void }) {
  const { t } = useTranslation(['coverage', 'general'])
  const names = useNames()
  const notify = useNotify()
  const [reason, setReason] = useState('')
  const accept = useChange('acceptGap', {
    stale: ['listCoverageGaps', 'readCoverage', 'listCoverage'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('coverage:accept.title')}
      submit={t('coverage:gaps.accept')}
      onSubmit={() => accept.mutate({ params: { id: Number(gap.id) }, body: { reason } })}
      pending={accept.isPending}
      error={accept.error}
      disabled={reason.trim().length < reasonLengthMin}
    >
      <strong>{names.reason(gap.reason)}</strong>
      {gap.explanation && <MessageText text={gap.explanation} />}
      <span>{t('coverage:accept.text')}</span>
      <TextField
        required
        autoFocus
        lines={3}
        maxLength={1_000}
        label={t('coverage:accept.reason')}
        value={reason}
        onChange={setReason}
      />
    </FormDialog>
  )
}
