import { Button, Checkbox, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Loaded } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { AddDestination } from '../destinations/add-destination.tsx'
import { type Destination, kindLabels, stateOf } from '../destinations/labels.ts'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './use-draft.ts'

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid' },
  one: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `0 ${tokens.spacingHorizontalM}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ':first-child': { borderTop: 'none' },
  },
  quiet: { color: tokens.colorNeutralForeground2 },
})

/** The archive itself has every item; where copies go as well is chosen here. None is a good answer. */
export function DeliveryStep({ draft, open, go }: StepProps) {
  const { t } = useTranslation(['connectors', 'delivery'])
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const destinations = useCall('listDestinations', undefined)
  // Shown as pressed at once; what is saved last counts, also where presses come quicker than answers.
  const [wanted, setWanted] = useState<readonly number[] | null>(null)
  const chosen = wanted ?? draft.destinationIds
  const choose = async (next: readonly number[]) => {
    setWanted(next)
    await open.save({ destinationIds: [...next] }, [])
    setWanted((now) => (now === next ? null : now))
  }
  const next = async () => {
    if (await open.save({ step: 'review' }, [])) go('review')
  }
  // The panel stands beside the step's form: a form in it would send the step along.
  return (
    <>
      <StepFrame
        title={t('connectors:step.delivery')}
        text={t('connectors:delivery.text')}
        open={open}
        next={t('connectors:wizard.next')}
        onNext={() => void next()}
        onBack={() => go('mapping')}
      >
        <Loaded call={destinations}>
          {(rows) => <Choices rows={rows} chosen={chosen} onChoose={(next) => void choose(next)} />}
        </Loaded>
        {may('createDestination') && (
          <div>
            <Button onClick={() => setAdding(true)}>{t('delivery:add.action')}</Button>
          </div>
        )}
      </StepFrame>
      {adding && (
        <AddDestination
          onClose={() => setAdding(false)}
          onAdded={({ id }) => {
            setAdding(false)
            void choose([...chosen, id])
          }}
        />
      )}
    </>
  )
}

function Choices(props: {
  rows: readonly Destination[]
  chosen: readonly number[]
  onChoose: (destinationIds: readonly number[]) => void
}) {
  const { rows, chosen, onChoose } = props
  const styles = useStyles()
  const { t } = useTranslation(['connectors', 'delivery'])
  // One that was removed meanwhile cannot be chosen any more, and drops out with the next choice.
  const known = chosen.filter((id) => rows.some((row) => row.id === id))
  const toggle = (id: number, wanted: boolean) =>
    onChoose(wanted ? [...known, id] : known.filter((one) => one !== id))
  return (
    <>
      <ul className={styles.list} aria-label={t('delivery:title')}>
        <li className={styles.one}>
          <Checkbox label="Holdfast" checked disabled />
          <span className={styles.quiet}>{t('connectors:delivery.always')}</span>
        </li>
        {rows.map((row) => (
          <li key={row.id} className={styles.one}>
            <Checkbox
              label={<bdi>{row.name}</bdi>}
              checked={known.includes(row.id)}
              onChange={(_, data) => toggle(row.id, data.checked === true)}
            />
            <span className={styles.quiet}>{t(kindLabels[row.kind])}</span>
            <StatusBadge tone={stateOf(row).tone}>{t(stateOf(row).label)}</StatusBadge>
          </li>
        ))}
      </ul>
      <strong role="status">
        {known.length === 0
          ? t('connectors:delivery.only')
          : t('connectors:delivery.also', { count: known.length })}
      </strong>
    </>
  )
}
