import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useShortcuts } from '../../../components/shortcuts.ts'
import { VirtualList } from '../../../components/virtual-list.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { AlertRow } from './alert-row.tsx'
import { DecisionDialog } from './decision-dialog.tsx'
import { type Act, actLabels, type QueuedAlert } from './labels.ts'
import type { QueueFilter } from './queue-filter.ts'
import { queuePlace } from './queue-place.ts'
import { useInvestigates } from './use-review.ts'

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '40px',
    marginBottom: tokens.spacingVerticalS,
  },
  count: { marginInlineEnd: 'auto' },
  list: {
    height: 'max(320px, calc(100vh - 400px))',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  hint: {
    margin: `${tokens.spacingVerticalS} 0 0`,
    color: tokens.colorNeutralForeground2,
    '@media (max-width: 640px)': { display: 'none' },
  },
})

interface QueueProps {
  readonly policyId: number
  readonly filter: QueueFilter
  readonly alerts: readonly QueuedAlert[]
  /** There are more than these. */
  readonly more: boolean
  readonly onEnd: () => void
}

/** The alerts, walked by keys and chosen for decisions on many at once. */
export function QueueList({ policyId, filter, alerts, more, onEnd }: QueueProps) {
  const styles = useStyles()
  const { t } = useTranslation('review')
  const format = useFormat()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [act, setAct] = useState<Act | null>(null)
  const { current, setCurrent } = useQueueKeys(alerts, {
    policyId,
    choose: (id) => setChosen(toggled(chosen, id)),
    decide: setAct,
    acts: useBulkActs(filter),
  })
  const ids = alerts.map(({ id }) => id)
  useEffect(() => queuePlace.keep({ policyId, filter, ids }))
  // What was decided, or is no longer shown, is no longer chosen.
  const marked = ids.filter((id) => chosen.has(id))
  const decided = marked.length > 0 ? marked : alerts[current ?? -1] ? [alerts[current!]!.id] : []
  return (
    <>
      <div className={styles.bar}>
        <span className={styles.count} aria-live="polite">
          {marked.length > 0
            ? t('review:queue.chosen', { count: marked.length, number: format.number(marked.length) })
            : t(more ? 'review:queue.more' : 'review:queue.count', {
                count: alerts.length,
                number: format.number(alerts.length),
              })}
        </span>
        <BulkActs
          filter={filter}
          chosen={marked.length}
          onAct={setAct}
          onClear={() => setChosen(new Set())}
          onAll={() => setChosen(new Set(ids))}
        />
      </div>
      <VirtualList
        label={t('review:queue.label')}
        className={styles.list}
        count={alerts.length}
        rowHeight={76}
        rowKey={(index) => alerts[index]!.id}
        onReach={(last) => last >= alerts.length - 20 && onEnd()}
        current={current}
        renderRow={(index) => (
          <AlertRow
            alert={alerts[index]!}
            focused={index === current}
            chosen={chosen.has(alerts[index]!.id)}
            onChoose={() => setChosen(toggled(chosen, alerts[index]!.id))}
            onFollow={() => setCurrent(index)}
          />
        )}
      />
      <p className={styles.hint}>{t('review:queue.keys')}</p>
      {act && decided.length > 0 && (
        <DecisionDialog
          act={act}
          alerts={decided}
          onClose={() => setAct(null)}
          onDone={() => setChosen(new Set())}
        />
      )}
    </>
  )
}

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen)
  if (!next.delete(id)) next.add(id)
  return next
}

type BulkAct = Extract<Act, 'resolve' | 'reopen' | 'tag' | 'comment'>

/** What may be decided of many at once, in the state that is shown. */
function useBulkActs({ state }: QueueFilter): readonly BulkAct[] {
  const investigates = useInvestigates()
  const ending: BulkAct = state === 'resolved' ? 'reopen' : 'resolve'
  return [...(investigates ? [ending] : []), 'tag', 'comment']
}

function BulkActs(props: {
  filter: QueueFilter
  chosen: number
  onAct: (act: Act) => void
  onAll: () => void
  onClear: () => void
}) {
  const { filter, chosen, onAct, onAll, onClear } = props
  const { t } = useTranslation('review')
  const acts = useBulkActs(filter)
  if (chosen === 0)
    return (
      <Button size="small" onClick={onAll}>
        {t('review:queue.all')}
      </Button>
    )
  return (
    <>
      {acts.map((act, place) => (
        <Button
          key={act}
          size="small"
          appearance={place === 0 ? 'primary' : 'secondary'}
          onClick={() => onAct(act)}
        >
          {t(actLabels[act])}
        </Button>
      ))}
      <Button size="small" appearance="subtle" onClick={onClear}>
        {t('review:queue.clear')}
      </Button>
    </>
  )
}

/** `j` and `k` walk, `x` chooses, `o` opens, and a letter decides on what is chosen, or on where one is. */
function useQueueKeys(
  alerts: readonly QueuedAlert[],
  {
    policyId,
    choose,
    decide,
    acts,
  }: {
    readonly policyId: number
    readonly choose: (id: string) => void
    readonly decide: (act: Act) => void
    readonly acts: readonly BulkAct[]
  },
) {
  const { t } = useTranslation('review')
  const navigate = useNavigate()
  const [wanted, setCurrent] = useState<number | null>(null)
  const current = wanted === null || alerts.length === 0 ? null : Math.min(wanted, alerts.length - 1)
  const move = (step: number) =>
    setCurrent(Math.min(alerts.length - 1, Math.max(0, current === null ? 0 : current + step)))
  const here = current === null ? undefined : alerts[current]
  const open = () =>
    here &&
    void navigate({
      to: '/supervision/review/$id/alerts/$alert',
      params: { id: String(policyId), alert: here.id },
    })
  useShortcuts([
    { key: 'j', label: t('review:key.next'), run: () => move(1) },
    { key: 'k', label: t('review:key.previous'), run: () => move(-1) },
    { key: 'o', label: t('review:key.open'), run: open },
    { key: 'x', label: t('review:key.choose'), run: () => here && choose(here.id) },
    ...acts.map((act) => ({ key: actKeys[act], label: t(actLabels[act]), run: () => decide(act) })),
  ])
  return { current, setCurrent }
}

const actKeys: Readonly<Record<BulkAct, string>> = { resolve: 'r', reopen: 'r', tag: 't', comment: 'c' }
