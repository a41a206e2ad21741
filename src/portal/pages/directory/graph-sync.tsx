import { Button, Checkbox } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../api/client.ts'
import { useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import type { Directory, Sync } from './labels.ts'
import { LastCounts, SyncReport } from './sync-report.tsx'

type Source = Directory['sources'][number]

const stale = ['readDirectory', 'listMailboxes', 'readMailbox'] as const
const refusedCode = 'directory-removals-refused'

/** How the last sync went; what the next one would change, and the next one itself. */
export function GraphSync({ source }: { source: Source | null }) {
  const { t } = useTranslation('directory')
  const acts = useSyncActs()
  const { pending, found, error } = acts
  const stopped = isStopped(source, error, found)
  return (
    <Section title={t('directory:sync.title')} text={t('directory:sync.text')}>
      <Facts
        facts={[
          { name: t('directory:sync.lastSuccess'), value: <Time of={source?.lastSuccessAt ?? null} /> },
          { name: t('directory:sync.lastRun'), value: <Time of={source?.lastRunAt ?? null} /> },
        ]}
      />
      <Acts acts={acts} />
      {pending && <Notice>{t('directory:sync.running')}</Notice>}
      {stopped && !pending && <Stopped acts={acts} />}
      {!stopped && <Failed source={source} error={error} />}
      {found && !pending && <SyncReport sync={found} />}
      {!found && !stopped && source?.counts && <LastCounts counts={source.counts} />}
      {acts.accepting && <AcceptDialog acts={acts} />}
    </Section>
  )
}

type SyncActs = ReturnType<typeof useSyncActs>

function useSyncActs() {
  const [full, setFull] = useState(false)
  const [accepting, setAccepting] = useState(false)
  const plan = useChange('planSync', { stale: ['readDirectory'] })
  const sync = useChange('startSync', { stale, onSuccess: () => setAccepting(false) })
  const pending = plan.isPending || sync.isPending
  const look = () => {
    if (pending) return
    sync.reset()
    plan.mutate({ body: { full } })
  }
  const start = () => {
    if (pending) return
    plan.reset()
    sync.mutate({ body: { full, acceptRemovals: false } })
  }
  const accept = () => sync.mutate({ body: { full, acceptRemovals: true } })
  return {
    ...{ full, setFull, accepting, setAccepting, pending, look, start, accept },
    looked: plan.data !== undefined,
    found: sync.data ?? plan.data ?? null,
    error: plan.error ?? sync.error,
  }
}

function Acts({ acts: { full, setFull, pending, look, start } }: { acts: SyncActs }) {
  const { t } = useTranslation('directory')
  const may = useMay()
  if (!may('startSync')) return null
  return (
    <div>
      <Buttons>
        <Button appearance="primary" disabledFocusable={pending} onClick={start}>
          {t('directory:sync.now')}
        </Button>
        <Button disabledFocusable={pending} onClick={look}>
          {t('directory:sync.plan')}
        </Button>
      </Buttons>
      <Checkbox
        label={t('directory:sync.full')}
        checked={full}
        onChange={(_, data) => setFull(data.checked === true)}
      />
    </div>
  )
}

/** A sync stopped, or would stop, because too many mailboxes would become inactive. */
function isStopped(source: Source | null, error: unknown, found: Sync | null): boolean {
  if (found) return !found.applied && found.removalsRefused
  if (error) return error instanceof RequestRefused && error.code === refusedCode
  return source?.problem?.code === refusedCode
}

/** What failed now; else what failed before, for whoever comes later. */
function Failed({ source, error }: { source: Source | null; error: unknown }) {
  const { t } = useTranslation('directory')
  if (error) return <ErrorNotice error={error} />
  if (!source?.problem) return null
  const { message, since } = source.problem
  return (
    <Notice intent="error" title={t('directory:problem.title')}>
      <div lang="en">{message}</div>
      <div>
        {t('directory:problem.since')} <Time of={since} />
      </div>
    </Notice>
  )
}

/** What is to be accepted has to be looked at first. */
function Stopped({ acts: { looked, look, setAccepting } }: { acts: SyncActs }) {
  const { t } = useTranslation('directory')
  const next = looked ? (
    <Button onClick={() => setAccepting(true)}>{t('directory:removals.accept')}</Button>
  ) : (
    <Button onClick={look}>{t('directory:removals.look')}</Button>
  )
  return (
    <div role="alert">
      <Notice intent="warning" title={t('directory:removals.title')} actions={next}>
        {t('directory:removals.text')}
      </Notice>
    </div>
  )
}

function AcceptDialog({ acts: { pending, error, accept, setAccepting } }: { acts: SyncActs }) {
  const { t } = useTranslation('directory')
  return (
    <ConfirmDialog
      open
      onClose={() => setAccepting(false)}
      title={t('directory:removals.confirmTitle')}
      confirm={t('directory:removals.accept')}
      onConfirm={accept}
      pending={pending}
      error={error}
    >
      {t('directory:removals.confirmText')}
    </ConfirmDialog>
  )
}
