import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Facts } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { PolicyState } from './policies-page.tsx'
import { LockDialog, TurnOffDialog } from './policy-dialogs.tsx'
import type { Policy } from './words.ts'

/** Where the policy stands on its way to being on, and what can be done next. */
export function StateSection({ policy }: { policy: Policy }) {
  const { t } = useTranslation('retention')
  return (
    <Section title={t('retention:column.state')}>
      <div>
        <PolicyState policy={policy} />
      </div>
      <StateFacts policy={policy} />
      {policy.state === 'asked' ? (
        <Decide policy={policy} />
      ) : policy.state === 'on' ? (
        <InForce policy={policy} />
      ) : (
        <Ask policy={policy} />
      )}
    </Section>
  )
}

function StateFacts({ policy }: { policy: Policy }) {
  const { t } = useTranslation('retention')
  const { state, askedBy, approvedBy, turnedOnAt, turnedOffAt, lockedAt } = policy
  const facts = [
    { name: t('retention:state.askedBy'), value: askedBy && <bdi>{askedBy}</bdi> },
    { name: t('retention:state.approvedBy'), value: approvedBy && <bdi>{approvedBy}</bdi> },
    { name: t('retention:state.onSince'), value: state === 'on' && turnedOnAt && <Time of={turnedOnAt} /> },
    { name: t('retention:state.lockedSince'), value: lockedAt && <Time of={lockedAt} /> },
    { name: t('retention:state.offSince'), value: turnedOffAt && <Time of={turnedOffAt} /> },
  ].filter(({ value }) => value)
  return facts.length === 0 ? null : <Facts facts={facts} />
}

/** Not on: it is simulated, then asked for. */
function Ask({ policy }: { policy: Policy }) {
  const { t } = useTranslation('retention')
  const may = useMay()
  const ask = useChange('askForRetentionPolicy', { stale: ['readRetentionPolicy', 'listRetentionPolicies'] })
  return (
    <>
      {policy.inForce && <Notice>{t('retention:off.kept')}</Notice>}
      <Notice>{policy.simulatedAt === null ? t('retention:next.simulate') : t('retention:next.ask')}</Notice>
      <ErrorNotice error={ask.error} />
      {policy.simulatedAt !== null && may('askForRetentionPolicy') && (
        <Buttons>
          <Button
            appearance="primary"
            disabledFocusable={ask.isPending}
            onClick={() => ask.mutate({ params: { id: policy.id } })}
          >
            {t('retention:ask.action')}
          </Button>
        </Buttons>
      )}
    </>
  )
}

/** Asked for: another person looks at the simulation and switches it on, or declines. */
function Decide({ policy: { id, askedBy, mayApprove, simulatedAt, simulation } }: { policy: Policy }) {
  const { t } = useTranslation('retention')
  const format = useFormat()
  const may = useMay()
  const decide = useChange('decideRetentionPolicy', {
    stale: ['readRetentionPolicy', 'listRetentionPolicies'],
  })
  const send = (body: Parameters<typeof decide.mutate>[0]['body']) => decide.mutate({ params: { id }, body })
  const disposed = simulation?.disposed ?? 0
  return (
    <>
      <Notice intent={mayApprove && disposed > 0 ? 'warning' : 'info'}>
        {mayApprove
          ? t('retention:decide.text', { name: askedBy, count: disposed, number: format.number(disposed) })
          : t('retention:decide.waits')}
      </Notice>
      <ErrorNotice error={decide.error} />
      {may('decideRetentionPolicy') && (
        <Buttons>
          {mayApprove && simulatedAt !== null && (
            <Button
              appearance="primary"
              disabledFocusable={decide.isPending}
              onClick={() => send({ decision: 'approved', simulatedAt })}
            >
              {t('retention:decide.approve')}
            </Button>
          )}
          <Button disabledFocusable={decide.isPending} onClick={() => send({ decision: 'declined' })}>
            {mayApprove ? t('retention:decide.decline') : t('retention:decide.withdraw')}
          </Button>
        </Buttons>
      )}
    </>
  )
}

function InForce({ policy }: { policy: Policy }) {
  const { t } = useTranslation('retention')
  const may = useMay()
  const [dialog, setDialog] = useState<'off' | 'lock' | null>(null)
  const close = () => setDialog(null)
  if (policy.lockedAt !== null) return <Notice>{t('retention:lock.isLocked')}</Notice>
  return (
    <>
      <Buttons>
        {may('turnOffRetentionPolicy') && (
          <Button onClick={() => setDialog('off')}>{t('retention:off.action')}</Button>
        )}
        {may('lockRetentionPolicy') && (
          <Button onClick={() => setDialog('lock')}>{t('retention:lock.action')}</Button>
        )}
      </Buttons>
      {dialog === 'off' && <TurnOffDialog policy={policy} onClose={close} />}
      {dialog === 'lock' && <LockDialog policy={policy} onClose={close} />}
    </>
  )
}
