import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { Buttons, TextField } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { StatusBadge, type Tone } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { PeopleFrame } from './people-frame.tsx'

type Approval = Answer<'listApprovals'>[number]
type Decision = 'approved' | 'declined' | 'withdrawn'

const useStyles = makeStyles({
  cards: { display: 'grid', gap: tokens.spacingVerticalM, marginBottom: tokens.spacingVerticalXL },
  card: {
    display: 'grid',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderLeftWidth: '4px',
    borderLeftColor: tokens.colorPaletteMarigoldBorderActive,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400 },
  heading: { fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500 },
  line: { margin: 0 },
  quiet: { margin: 0, color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

export function ApprovalsPage() {
  const { t } = useTranslation('people')
  const styles = useStyles()
  const approvals = useCall('listApprovals', undefined)
  return (
    <PeopleFrame>
      <Loaded call={approvals}>
        {(all) => {
          const waiting = all.filter(({ state }) => state === 'waiting')
          const decided = all.filter(({ state }) => state !== 'waiting')
          return (
            <>
              {waiting.length === 0 ? (
                <EmptyState icon={<CheckmarkCircleRegular />} title={t('people:approvals.none')}>
                  {t('people:approvals.noneText')}
                </EmptyState>
              ) : (
                <div className={styles.cards}>
                  {waiting.map((approval) => (
                    <Waits key={approval.id} approval={approval} />
                  ))}
                </div>
              )}
              {decided.length > 0 && (
                <>
                  <h2 className={styles.heading}>{t('people:approvals.decided')}</h2>
                  <Decided rows={decided} />
                </>
              )}
            </>
          )
        }}
      </Loaded>
    </PeopleFrame>
  )
}

const operationLabels: Readonly<Record<string, string>> = {
  changeMembers: 'people:approvals.changeMembers',
  createRoleGroup: 'people:approvals.createRoleGroup',
  changeRoleGroup: 'people:approvals.changeRoleGroup',
  createSearchFilter: 'people:approvals.createSearchFilter',
  deleteSearchFilter: 'people:approvals.deleteSearchFilter',
  changeSettings: 'people:approvals.changeSettings',
}

function useOperation(): (operation: string) => string {
  const { t } = useTranslation('people')
  return (operation) => {
    const label = operationLabels[operation]
    return label ? t(label) : operation
  }
}

function Waits({ approval }: { approval: Approval }) {
  const { t } = useTranslation('people')
  const styles = useStyles()
  const operation = useOperation()
  const own = useSession().user.username === approval.requestedBy
  const [decision, setDecision] = useState<Decision | null>(null)
  return (
    <article className={styles.card}>
      <h2 className={styles.title}>{operation(approval.operation)}</h2>
      <p className={styles.line} lang="en">
        {approval.summary}
      </p>
      <p className={styles.quiet}>
        {t('people:approvals.by', { name: approval.requestedBy })} · <Time of={approval.requestedAt} /> ·{' '}
        {t('people:approvals.until')} <Time of={approval.expiresAt} />
      </p>
      {own && <p className={styles.line}>{t('people:approvals.own')}</p>}
      <Buttons>
        {approval.mayDecide && (
          <>
            <Button appearance="primary" onClick={() => setDecision('approved')}>
              {t('people:approvals.approve')}
            </Button>
            <Button onClick={() => setDecision('declined')}>{t('people:approvals.decline')}</Button>
          </>
        )}
        {own && <Button onClick={() => setDecision('withdrawn')}>{t('people:approvals.withdraw')}</Button>}
      </Buttons>
      {decision && <Decide approval={approval} decision={decision} onClose={() => setDecision(null)} />}
    </article>
  )
}

const acts: Readonly<Record<Decision, string>> = {
  approved: 'people:approvals.approve',
  declined: 'people:approvals.decline',
  withdrawn: 'people:approvals.withdraw',
}

function Decide(props: { approval: Approval; decision: Decision; onClose: () => void }) {
  const { approval, decision, onClose } = props
  const { t } = useTranslation('people')
  const notify = useNotify()
  const [reason, setReason] = useState('')
  const decide = useChange('decideApproval', {
    stale: [
      'listApprovals',
      'listRoleGroups',
      'listUsers',
      'listSearchFilters',
      'readSettings',
      'readSession',
    ],
    onSuccess: ({ state }) => {
      onClose()
      notify({ title: t(stateLabels[state]) })
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t(acts[decision])}
      submit={t(acts[decision])}
      onSubmit={() => decide.mutate({ params: { id: approval.id }, body: { decision, reason } })}
      pending={decide.isPending}
      disabled={decision === 'declined' && reason.trim() === ''}
      error={decide.error}
    >
      <span lang="en">{approval.summary}</span>
      <TextField
        label={t('people:approvals.reason')}
        hint={t('people:approvals.reasonHint')}
        value={reason}
        onChange={setReason}
        maxLength={1000}
        lines={3}
        required={decision === 'declined'}
      />
    </FormDialog>
  )
}

const stateLabels: Readonly<Record<Approval['state'], string>> = {
  waiting: 'people:approvals.state.waiting',
  approved: 'people:approvals.state.approved',
  declined: 'people:approvals.state.declined',
  withdrawn: 'people:approvals.state.withdrawn',
  expired: 'people:approvals.state.expired',
}

const stateTones: Readonly<Record<Approval['state'], Tone>> = {
  waiting: 'busy',
  approved: 'good',
  declined: 'bad',
  withdrawn: 'quiet',
  expired: 'quiet',
}

function Decided({ rows }: { rows: readonly Approval[] }) {
  const { t } = useTranslation('people')
  return (
    <DataTable
      caption={t('people:approvals.decided')}
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'state',
          title: t('people:users.status'),
          render: ({ state }) => <StatusBadge tone={stateTones[state]}>{t(stateLabels[state])}</StatusBadge>,
        },
        {
          key: 'summary',
          title: t('people:approvals.request'),
          render: ({ summary }) => <span lang="en">{summary}</span>,
        },
        {
          key: 'asked',
          title: t('people:approvals.asked'),
          render: ({ requestedAt }) => <Time of={requestedAt} />,
        },
        { key: 'by', title: t('people:approvals.decidedBy'), render: ({ decidedBy }) => decidedBy ?? '–' },
        {
          key: 'at',
          title: t('people:approvals.decidedAt'),
          render: ({ decidedAt }) => (decidedAt === null ? '–' : <Time of={decidedAt} />),
        },
        { key: 'reason', title: t('people:approvals.reason'), render: ({ reason }) => reason || '–' },
      ]}
    />
  )
}
